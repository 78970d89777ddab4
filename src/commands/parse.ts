import type { Readable, Writable } from 'node:stream';
import { dialectWords } from '../connections/index.ts';
import { flatten, type PgError } from '../errors/index.ts';
import { createSql, type SplitStatement, type SqlRoom } from '../sql/index.ts';
import { UsageError } from './usage-error.ts';

const inputBytesMax = 64 * 1024 * 1024;

type Verdict =
  | { readonly ok: true; readonly canonical: string; readonly redacted: string }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly position: number | null;
      readonly hint: string | null;
    };

/**
 * `sallyport parse [--json]`: one line for each statement of the input, its canonical text or its error.
 * A statement that fails is an answer, not a failure of the command. @returns the exit code
 */
export async function parseCommand(args: readonly string[], input: Readable, output: Writable): Promise<number> {
  const unknown = args.find((argument) => argument !== '--json');
  if (unknown !== undefined) throw new UsageError(`parse: unknown flag ${unknown}; try --help`);
  const source = await readAll(input);
  const show = args.includes('--json') ? JSON.stringify : plain;
  const lines = judge(createSql(dialectWords()), source).map((verdict) => `${show(verdict)}\n`);
  await new Promise<void>((resolve) => output.write(lines.join(''), () => resolve()));
  return 0;
}

function judge(sql: SqlRoom, source: string): readonly Verdict[] {
  try {
    const statements = sql.split(source).filter((statement) => statement.route !== 'empty');
    return statements.map((statement) => judgeOne(sql, source, statement));
  } catch (error) {
    return [refusal(flatten(error))];
  }
}

function judgeOne(sql: SqlRoom, source: string, statement: SplitStatement): Verdict {
  if (statement.route !== 'dialect') return { ok: true, canonical: statement.text, redacted: statement.text };
  try {
    const parsed = sql.parse(source, statement);
    return { ok: true, canonical: sql.print(parsed, 'canonical'), redacted: sql.print(parsed, 'redacted') };
  } catch (error) {
    return refusal(flatten(error));
  }
}

function refusal(error: PgError): Verdict {
  return {
    ok: false,
    code: error.code,
    message: error.message,
    position: error.position1 ?? null,
    hint: error.hint ?? null,
  };
}

function plain(verdict: Verdict): string {
  if (verdict.ok) return verdict.canonical;
  const where = verdict.position === null ? '' : ` at ${verdict.position}`;
  return `ERROR ${verdict.code}${where}: ${verdict.message}${verdict.hint === null ? '' : ` (${verdict.hint})`}`;
}

async function readAll(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > inputBytesMax) throw new UsageError(`parse: more than ${inputBytesMax} bytes of input`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
