import type { ParseResult } from 'libpg-query';
import { functionVerdict } from './functions.ts';
import { hasMovingLiteral, isSteadyFunction, isSteadyOperator, isSteadyType } from './steady.ts';
import { byteOffsetReader } from './byte-offsets.ts';
import { identifierEnd, partStarts } from './name-text.ts';
import { type Admission, type DatabaseMention, type Edit, type Refusal, type Verdict, applyEdits } from './verdict.ts';

/** Nodes below one another. The engine's own stack holds about twice as many. */
const depthMax = 10_000;

type Node = Readonly<Record<string, unknown>>;

/** The engine calls the database that reads by an OID of its own; what takes the table's place gives the catalog's. */
const databasesShown = 'pg_catalog._mirror_databases_shown()';
/** Only a table has these. */
const systemColumns: ReadonlySet<string> = new Set(['xmin', 'xmax', 'cmin', 'cmax', 'ctid', 'tableoid']);

/** Columns that servers of the announced version have and the engine calls otherwise. */
const renamedColumns: ReadonlyMap<string, string> = new Map([
  ['daticulocale', 'datlocale'],
  ['colliculocale', 'colllocale'],
]);

/**
 * Decides on a parsed statement: admitted are SELECT, VALUES, TABLE and WITH that change nothing, EXPLAIN of them, and
 * COPY of them to the client; in them only functions of the list. What the engine cannot read as written is edited.
 */
export function judge(source: string, parsed: ParseResult): Verdict {
  const statements = parsed.stmts ?? [];
  if (statements.length > 1) {
    return {
      admitted: false,
      code: 'syntax_error',
      message: 'cannot insert multiple commands into a prepared statement',
    };
  }
  const statement = statements[0]?.stmt as Node | undefined;
  if (statement === undefined) return { admitted: false, code: 'syntax_error', message: 'the statement is empty' };
  const kind = statementKind(statement);
  if (typeof kind !== 'string') return kind;
  return new Inspection(source).run(statement, kind);
}

const readStatements = 'SELECT, VALUES, TABLE, WITH, EXPLAIN of these, and COPY (…) TO STDOUT can be run.';

function statementKind(statement: Node): Admission['kind'] | Refusal {
  const [name = '', body] = Object.entries(statement)[0] ?? [];
  const node = body as Node;
  if (name === 'SelectStmt') return 'select';
  if (name === 'ExplainStmt')
    return hasSelect(node['query']) ? 'explain' : refusal('EXPLAIN of this statement is not supported');
  if (name === 'CopyStmt') {
    const toClient = node['is_from'] !== true && node['is_program'] !== true && node['filename'] === undefined;
    return toClient && hasSelect(node['query'])
      ? 'copy'
      : refusal('COPY is supported as COPY (SELECT …) TO STDOUT only');
  }
  return refusal(`${words(name)} is not supported`);
}

const hasSelect = (query: unknown): boolean => query !== undefined && 'SelectStmt' in (query as Node);
const refusal = (message: string): Refusal => ({
  admitted: false,
  code: 'feature_not_supported',
  message,
  hint: readStatements,
});
/** `CreateTableAsStmt` is `CREATE TABLE AS`. */
const words = (nodeName: string): string =>
  nodeName
    .replace(/Stmt$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();

class Inspection {
  readonly #source: string;
  readonly #offset: (byteOffset: number) => number;
  readonly #edits: Edit[] = [];
  readonly #databases: DatabaseMention[] = [];
  readonly #functions = new Set<string>();
  readonly #relations = new Set<string>();
  readonly #withNames = new Set<string>();
  /** Edits that bring in {@link databasesShown}, unless the name means something else. */
  readonly #databaseEdits: Edit[] = [];
  #systemColumns = false;
  #parameter: Admission['parameter'];
  #refusal: Refusal | null = null;
  #steady: boolean;

  constructor(source: string) {
    this.#source = source;
    this.#offset = byteOffsetReader(source);
    this.#steady = !hasMovingLiteral(source);
  }

  run(statement: Node, kind: Admission['kind']): Verdict {
    // An explicit stack: the tree may be deeper than this thread's own.
    const stack: (readonly [value: unknown, depth: number])[] = [[statement, 0]];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const [value, depth] = next;
      if (depth > depthMax)
        return { admitted: false, code: 'statement_too_complex', message: 'the statement is nested too deeply' };
      if (Array.isArray(value)) for (const part of value) stack.push([part, depth + 1]);
      else if (typeof value === 'object' && value !== null) {
        for (const [key, part] of Object.entries(value)) {
          this.#visit(key, part as Node);
          stack.push([part, depth + 1]);
        }
      }
      if (this.#refusal !== null) return this.#refusal;
    }
    const shown = this.#systemColumns || this.#withNames.has('pg_database') ? [] : this.#databaseEdits;
    const edits = [...this.#edits, ...shown].toSorted((a, b) => a.start0 - b.start0);
    return {
      admitted: true,
      kind,
      text: applyEdits(this.#source, edits),
      edits,
      databases: this.#databases,
      functions: [...this.#functions],
      relations: [...this.#relations].filter((name) => !this.#withNames.has(name)),
      ...(this.#parameter === undefined ? {} : { parameter: this.#parameter }),
      steady: this.#steady && kind === 'select',
    };
  }

  #visit(key: string, node: Node): void {
    switch (key) {
      case 'SelectStmt':
      case 'larg':
      case 'rarg':
        return this.#select(node);
      case 'FuncCall':
        return this.#function(node);
      case 'RangeVar':
        return this.#relation(node);
      case 'ColumnRef':
        return this.#column(node);
      case 'TypeName':
      case 'typeName':
        this.#steady &&= isSteadyType(partsOf(node['names']).at(-1) ?? '');
        return this.#threePartName(partsOf(node['names']), 3, node['location']);
      case 'A_Expr':
        this.#steady &&= isSteadyOperator(partsOf(node['name']).at(-1) ?? '') || node['kind'] !== 'AEXPR_OP';
        return undefined;
      case 'SQLValueFunction':
      case 'RangeTableSample':
        this.#steady = false;
        return undefined;
      case 'CommonTableExpr':
        this.#withNames.add(String(node['ctename']));
        return undefined;
      case 'ResTarget':
        return this.#target(node);
      case 'ParamRef':
        return this.#parameterNamed(Number(node['number'] ?? 0), this.#offset(Number(node['location'] ?? 0)));
      default:
        if (key.endsWith('Stmt') && key !== 'ExplainStmt' && key !== 'CopyStmt')
          this.#refuse(refusal(`${words(key)} is not supported here`));
        return undefined;
    }
  }

  #select(node: Node): void {
    if (node['intoClause'] !== undefined) this.#refuse(refusal('SELECT INTO is not supported'));
    if (node['lockingClause'] !== undefined) {
      this.#refuse({
        admitted: false,
        code: 'read_only_sql_transaction',
        message: 'cannot execute SELECT FOR UPDATE or FOR SHARE: relations of the catalog are only read',
      });
    }
  }

  #function(node: Node): void {
    const parts = partsOf(node['funcname']);
    const name = parts.at(-1) ?? '';
    this.#threePartName(parts, 3, node['location']);
    this.#functions.add(name);
    this.#steady &&= isSteadyFunction(name);
    const verdict = functionVerdict(name);
    if (verdict === 'allowed') return;
    const offset0 = this.#offset(Number(node['location'] ?? 0));
    this.#refuse(
      verdict === 'refused'
        ? {
            admitted: false,
            code: 'insufficient_privilege',
            message: `permission denied for function ${name}`,
            offset0,
          }
        : {
            admitted: false,
            code: 'undefined_function',
            message: `function ${parts.join('.')} does not exist`,
            hint: 'No function of this name can be called here.',
            offset0,
          },
    );
  }

  #relation(node: Node): void {
    const { catalogname, schemaname, relname } = node as Readonly<Record<string, string | undefined>>;
    this.#relations.add([schemaname, relname].filter((part) => part !== undefined).join('.'));
    const parts = [catalogname, schemaname, relname].filter((part) => part !== undefined);
    if (catalogname !== undefined) this.#threePartName(parts, 3, node['location']);
    if (relname === 'pg_database' && (schemaname === undefined || schemaname === 'pg_catalog')) {
      this.#databasesRelation(node, parts.length);
    }
  }

  #databasesRelation(node: Node, length: number): void {
    const first0 = this.#offset(Number(node['location'] ?? 0));
    const starts = partStarts(this.#source, first0, length);
    const start0 = starts[length === 3 ? 1 : 0] ?? first0;
    const end0 = identifierEnd(this.#source, starts.at(-1) ?? first0);
    // Neither `ONLY` nor `TABLE` can be said of a function.
    if (node['inh'] !== true || /\btable\s+$/i.test(this.#source.slice(0, first0))) return;
    const text = node['alias'] === undefined ? `${databasesShown} AS pg_database` : databasesShown;
    this.#databaseEdits.push({ start0, end0, text });
  }

  #column(node: Node): void {
    const fields = node['fields'] as readonly Node[] | undefined;
    const parts = partsOf(fields);
    const length = fields?.length ?? 0;
    // database.schema.relation.column, or .*
    if (length === 4) this.#threePartName([...parts, '*'].slice(0, 4), 4, node['location']);
    if (systemColumns.has(parts.at(-1) ?? '')) this.#systemColumns = true;
    if (length >= 3 && parts[length - 3] === 'pg_catalog' && parts[length - 2] === 'pg_database') {
      const starts = partStarts(this.#source, this.#offset(Number(node['location'] ?? 0)), length);
      const [start0 = 0, end0 = 0] = starts.slice(length - 3);
      this.#databaseEdits.push({ start0, end0, text: this.#source.slice(start0, end0).replaceAll(/[^\n]/g, ' ') });
    }
    const renamed = length === parts.length ? renamedColumns.get(parts.at(-1) ?? '') : undefined;
    if (renamed === undefined) return;
    const start0 = partStarts(this.#source, this.#offset(Number(node['location'] ?? 0)), length).at(-1) ?? 0;
    const end0 = identifierEnd(this.#source, start0);
    this.#edits.push({ start0, end0, text: renamed.padEnd(end0 - start0) });
  }

  /** A renamed column that is selected under its own name keeps it. */
  #target(node: Node): void {
    const column = (node['val'] as Node | undefined)?.['ColumnRef'] as Node | undefined;
    const name = partsOf(column?.['fields']).at(-1);
    if (node['name'] !== undefined || column === undefined || name === undefined || !renamedColumns.has(name)) return;
    const starts = partStarts(
      this.#source,
      this.#offset(Number(column['location'] ?? 0)),
      partsOf(column['fields']).length,
    );
    const end0 = identifierEnd(this.#source, starts.at(-1) ?? 0);
    this.#edits.push({ start0: end0, end0, text: ` AS ${name}` });
  }

  /** A name with a database in front: the prefix is blanked, so that positions stay. */
  #threePartName(parts: readonly string[], whole: number, location: unknown): void {
    if (parts.length !== whole) return;
    const start0 = this.#offset(Number(location ?? 0));
    const end0 = partStarts(this.#source, start0, 2)[1];
    if (end0 === undefined) return;
    this.#databases.push({ name: parts[0] ?? '', fullName: parts.slice(0, 3).join('.'), offset0: start0 });
    this.#edits.push({ start0, end0, text: this.#source.slice(start0, end0).replaceAll(/[^\n]/g, ' ') });
  }

  #parameterNamed(number: number, offset0: number): void {
    if (this.#parameter === undefined || offset0 < this.#parameter.offset0) this.#parameter = { number, offset0 };
  }

  #refuse(refused: Refusal): void {
    this.#refusal ??= refused;
  }
}

/** The texts of a list of String nodes; others (`*`) are left out. */
function partsOf(names: unknown): readonly string[] {
  if (!Array.isArray(names)) return [];
  return names
    .map((name: Node) => (name['String'] as Node | undefined)?.['sval'])
    .filter((text) => text !== undefined)
    .map(String);
}
