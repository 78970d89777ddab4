/** Where a step stands in its file, lines from 1. `lastLine` is its last line with rows or expectations. */
interface Placed {
  readonly line: number;
  readonly lastLine: number;
}

/** `> sql`: must succeed with these rows. `~ sql`: the same, tried again until it does. */
export interface RowsStep extends Placed {
  readonly kind: 'rows';
  readonly sql: string;
  readonly retries: boolean;
  readonly rows: readonly string[];
  /** Parts that notices must contain, in order. */
  readonly notices: readonly string[];
}

/** `! sql`: must fail. Each expectation is `code`, `contains` (message), `detail`, `hint` or `position`, with what it must have. */
export interface ErrorStep extends Placed {
  readonly kind: 'error';
  readonly sql: string;
  readonly expectations: readonly { readonly field: string; readonly text: string }[];
}

/** `$name <- sql`: keeps the one value of the one row. */
export interface KeepStep extends Placed {
  readonly kind: 'keep';
  readonly variable: string;
  readonly sql: string;
}

/** `@name [user]`: what follows runs in this session; made when first named. */
export interface SessionStep extends Placed {
  readonly kind: 'session';
  readonly session: string;
  readonly user: string;
}

/** `bastion.install …`: something done to the world around the server. */
export interface ActionStep extends Placed {
  readonly kind: 'action';
  readonly action: string;
  readonly argument: string;
}

export type Step = RowsStep | ErrorStep | KeepStep | SessionStep | ActionStep;

const expectation = /^(code|contains|detail|hint|position): (.*)$/;
const keep = /^\$(\w+) <- (.*)$/;
const action = /^([a-z]+\.[a-z-]+)(?: (.*))?$/;
const begins = /^(?:[>~!] |\$\w+ <- |@|#|$)/;

/** Reads the steps of a drive file; test/drive/README.md describes the form. @throws Error naming the line that it cannot read. */
export function parseDriveFile(text: string): readonly Step[] {
  const lines = text.split('\n');
  const steps: Step[] = [];
  let index = 0;
  while (index < lines.length) {
    const first = lines[index] ?? '';
    if (first === '' || first.startsWith('#')) {
      index += 1;
      continue;
    }
    const head = [first, ...takeWhile(lines, index + 1, (line) => line.startsWith('  '))];
    const below = takeWhile(lines, index + head.length, (line) => !begins.test(line));
    const lastLine = index + head.length + below.length;
    steps.push(toStep(head.map((line) => line.trimEnd()).join('\n'), below, { line: index + 1, lastLine }));
    index = lastLine;
  }
  return steps;
}

function toStep(head: string, below: readonly string[], place: Placed): Step {
  const sql = head.slice(2);
  if (head.startsWith('> ') || head.startsWith('~ ')) {
    const notices = below.filter((line) => line.startsWith('notice: ')).map((line) => line.slice('notice: '.length));
    const rows = below.filter((line) => !line.startsWith('notice: '));
    return { kind: 'rows', sql, retries: head.startsWith('~'), rows, notices, ...place };
  }
  if (head.startsWith('! '))
    return { kind: 'error', sql, expectations: below.map((line) => toExpectation(line, place)), ...place };
  if (below.length > 0) throw new Error(`line ${place.line + 1}: nothing can stand below this step`);
  return toSmallStep(head, place);
}

function toSmallStep(head: string, place: Placed): Step {
  const kept = keep.exec(head.replaceAll('\n', ' '));
  if (kept !== null) return { kind: 'keep', variable: kept[1] ?? '', sql: kept[2] ?? '', ...place };
  if (head.startsWith('@')) {
    const [session = '', user = 'materialize'] = head.slice(1).split(' ');
    return { kind: 'session', session, user, ...place };
  }
  const act = action.exec(head);
  if (act === null) throw new Error(`line ${place.line}: expected a step, found "${head}"`);
  return { kind: 'action', action: act[1] ?? '', argument: act[2] ?? '', ...place };
}

function toExpectation(line: string, place: Placed): { readonly field: string; readonly text: string } {
  const match = expectation.exec(line);
  if (match === null)
    throw new Error(`below line ${place.line}: expected code, contains, detail, hint or position, found "${line}"`);
  return { field: match[1] ?? '', text: match[2] ?? '' };
}

function takeWhile(lines: readonly string[], from: number, holds: (line: string) => boolean): readonly string[] {
  const end = lines.findIndex((line, index) => index >= from && !holds(line));
  return lines.slice(from, end === -1 ? lines.length : end);
}
