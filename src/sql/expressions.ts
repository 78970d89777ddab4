import { unreachable } from '../errors/index.ts';
import type { Expr, Name } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { nestingMax } from './limits.ts';
import { parseName } from './names.ts';
import { printLiteral, printName } from './quote.ts';
import { tooDeep } from './splitter.ts';
import { parseType } from './types.ts';

/** A constant expression: literals, `$1`, calls, casts, `||` and parentheses. `::` binds tighter than `||`. */
export function parseExpr(cursor: Cursor): Expr {
  return cursor.nested(() => {
    let left = parseCast(cursor);
    for (let links = 1; cursor.takeOperator('||'); links += 1) {
      if (links > nestingMax) throw tooDeep(cursor.source, cursor.offset0);
      left = { kind: 'concat', left, right: parseCast(cursor), offset0: left.offset0 };
    }
    return left;
  });
}

function parseCast(cursor: Cursor): Expr {
  let expr = parsePrimary(cursor);
  for (let links = 1; cursor.takeOperator('::'); links += 1) {
    if (links > nestingMax) throw tooDeep(cursor.source, cursor.offset0);
    expr = { kind: 'cast', expr, type: parseType(cursor), offset0: expr.offset0 };
  }
  return expr;
}

function parsePrimary(cursor: Cursor): Expr {
  const { token, offset0 } = cursor;
  if (token.kind === 'string') return { kind: 'string', value: cursor.next().value, offset0 };
  if (token.kind === 'number') return { kind: 'number', text: cursor.next().value, offset0 };
  if (token.kind === 'parameter') return { kind: 'parameter', index: Number(cursor.next().value), offset0 };
  if (token.kind === 'operator') return parseSigned(cursor);
  if (cursor.atIdent()) return parseWord(cursor);
  if (cursor.atEnd()) throw cursor.error('Unexpected EOF');
  if (!cursor.take('left-parenthesis')) throw cursor.expected('an expression');
  const inner = parseExpr(cursor);
  cursor.expect('right-parenthesis');
  return inner;
}

function parseSigned(cursor: Cursor): Expr {
  const { offset0 } = cursor;
  const sign = cursor.token.value;
  if ((sign !== '-' && sign !== '+') || !cursor.at('number', 1)) throw cursor.expected('an expression');
  cursor.next();
  const { value } = cursor.next();
  return { kind: 'number', text: sign === '-' ? `-${value}` : value, offset0 };
}

function parseWord(cursor: Cursor): Expr {
  const { offset0 } = cursor;
  if (cursor.takeKeyword('TRUE')) return { kind: 'boolean', value: true, offset0 };
  if (cursor.takeKeyword('FALSE')) return { kind: 'boolean', value: false, offset0 };
  if (cursor.takeKeyword('NULL')) return { kind: 'null', offset0 };
  if (cursor.atKeyword('CAST') && cursor.at('left-parenthesis', 1)) return parseCastCall(cursor);
  const name = parseName(cursor);
  return cursor.at('left-parenthesis') ? parseCall(cursor, name) : { kind: 'name', name, offset0 };
}

function parseCastCall(cursor: Cursor): Expr {
  const { offset0 } = cursor;
  cursor.next();
  cursor.next();
  const expr = parseExpr(cursor);
  cursor.expectKeyword('AS');
  const type = parseType(cursor);
  cursor.expect('right-parenthesis');
  return { kind: 'cast', expr, type, offset0 };
}

function parseCall(cursor: Cursor, name: Name): Expr {
  const { offset0 } = name;
  if (cursor.at('right-parenthesis', 1)) {
    cursor.next();
    cursor.next();
    return { kind: 'call', name, args: [], offset0 };
  }
  return { kind: 'call', name, args: cursor.parenthesised(() => parseExpr(cursor)), offset0 };
}

export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'string':
      return printLiteral(expr.value);
    case 'number':
      return expr.text;
    case 'boolean':
      return String(expr.value);
    case 'null':
      return 'NULL';
    case 'parameter':
      return `$${expr.index}`;
    case 'call':
      return `${printCallee(expr.name)}(${expr.args.map((arg) => printExpr(arg)).join(', ')})`;
    case 'cast':
      return `${printOperand(expr.expr, expr.expr.kind === 'concat')}::${expr.type}`;
    case 'concat':
      return `${printExpr(expr.left)} || ${printOperand(expr.right, expr.right.kind === 'concat')}`;
    case 'name':
      return printName(expr.name);
    default:
      return unreachable(expr);
  }
}

/** A function called `cast` must be quoted: the bare word begins CAST (x AS type). */
const printCallee = (name: Name): string =>
  name.parts.length === 1 && name.parts[0]?.value === 'cast' ? '"cast"' : printName(name);

const printOperand = (expr: Expr, parenthesise: boolean): string =>
  parenthesise ? `(${printExpr(expr)})` : printExpr(expr);
