import { PgError, invalidValue, syntaxError } from '../errors/index.ts';
import type { Expr } from '../sql/index.ts';
import type { PlanContext } from './context.ts';
import { positionOf } from './names.ts';

/** A constant's value: bytes of a bytea, or a text; null for NULL. */
type Constant = { readonly text: string } | { readonly bytes: Uint8Array } | null;

/**
 * Evaluates the constant expressions that CREATE SECRET takes: literals, `||`, casts to text and bytea, decode(), convert_to().
 * The value stands in no message. @throws PgError 22023, 42883, 42P02, 22P02
 */
export function evaluateConstant(context: PlanContext, expr: Expr): Constant {
  const position1 = positionOf(context, expr.offset0);
  switch (expr.kind) {
    case 'string':
      return { text: expr.value };
    case 'number':
      return { text: expr.text };
    case 'boolean':
      return { text: String(expr.value) };
    case 'null':
      return null;
    case 'parameter':
      throw new PgError('undefined_parameter', `there is no parameter $${expr.index}`, { position1 });
    case 'name':
      throw syntaxError('secret value must be a constant', {
        position1,
        hint: "Write the value as a string literal: AS 'value'.",
      });
    case 'concat': {
      const [left, right] = [evaluateConstant(context, expr.left), evaluateConstant(context, expr.right)];
      if (left === null || right === null) return null;
      return { bytes: Buffer.concat([toBytes(left), toBytes(right)]) };
    }
    case 'cast':
      return cast(context, expr);
    case 'call':
      return call(context, expr);
  }
}

/** The bytes of a constant; texts as UTF-8, `\x…` texts where bytea is wanted are decoded by the cast only. */
export function toBytes(constant: NonNullable<Constant>): Uint8Array {
  return 'text' in constant ? Buffer.from(constant.text, 'utf8') : constant.bytes;
}

function cast(context: PlanContext, expr: Extract<Expr, { kind: 'cast' }>): Constant {
  const value = evaluateConstant(context, expr.expr);
  if (value === null) return null;
  const type = expr.type.toLowerCase();
  if (['text', 'varchar', 'character varying', 'string'].includes(type)) return value;
  if (['bytea', 'bytes'].includes(type)) {
    return 'text' in value && value.text.startsWith('\\x')
      ? { bytes: fromHex(context, expr, value.text.slice(2)) }
      : value;
  }
  throw invalidValue(`secret value cannot be cast to ${type}`, {
    position1: positionOf(context, expr.offset0),
    hint: 'Secrets are text or bytea.',
  });
}

function call(context: PlanContext, expr: Extract<Expr, { kind: 'call' }>): Constant {
  const position1 = positionOf(context, expr.offset0);
  const name = expr.name.parts.at(-1)?.value ?? '';
  const args = expr.args.map((arg) => evaluateConstant(context, arg));
  if (args.includes(null)) return null;
  const [first, second] = args.map((arg) => (arg === null ? Buffer.alloc(0) : Buffer.from(toBytes(arg))));
  if (name === 'decode' && first !== undefined && second !== undefined && args.length === 2) {
    return decode(context, expr, first.toString('utf8'), second.toString('utf8'));
  }
  if (name === 'convert_to' && first !== undefined && args.length === 2) return { bytes: first };
  throw new PgError('undefined_function', `function ${name} cannot be used in a secret value`, {
    position1,
    hint: "Use a string literal, or decode('…', 'base64' | 'hex').",
  });
}

function decode(context: PlanContext, expr: Expr, text: string, format: string): Constant {
  switch (format.toLowerCase()) {
    case 'hex':
      return { bytes: fromHex(context, expr, text) };
    case 'base64': {
      const compact = text.replaceAll(/\s/g, '');
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 !== 0) {
        throw new PgError('invalid_text_representation', 'invalid base64 in the argument of decode', {
          position1: positionOf(context, expr.offset0),
        });
      }
      return { bytes: Buffer.from(compact, 'base64') };
    }
    default:
      throw invalidValue(`unrecognized encoding: "${format}"`, {
        position1: positionOf(context, expr.offset0),
        hint: 'decode takes base64 or hex here.',
      });
  }
}

function fromHex(context: PlanContext, expr: Expr, digits: string): Uint8Array {
  const compact = digits.replaceAll(/\s/g, '');
  if (!/^([0-9a-fA-F]{2})*$/.test(compact)) {
    throw new PgError('invalid_text_representation', 'invalid hexadecimal digits in a secret value', {
      position1: positionOf(context, expr.offset0),
    });
  }
  return Buffer.from(compact, 'hex');
}
