import { PgError, invalidValue } from '../errors/index.ts';
import { Secret } from '../secrets/index.ts';
import type { Expr } from '../sql/index.ts';
import { evaluateConstant, toBytes } from './constant.ts';
import type { PlanContext } from './context.ts';
import { positionOf } from './names.ts';

const secretSizeBytesMax = 512 * 1024;

/** The bytes of CREATE / ALTER SECRET … AS expr. @throws PgError 22004 null, 22023 too long, 22021 not UTF-8 */
export function planSecretValue(expr: Expr, context: PlanContext): Secret<Buffer> {
  const position1 = positionOf(context, expr.offset0);
  refuseOtherTypes(expr, position1);
  const constant = evaluateConstant(context, expr);
  if (constant === null) throw new PgError('null_value_not_allowed', 'secret value can not be null', { position1 });
  const bytes = Buffer.from(toBytes(constant));
  if (bytes.length > secretSizeBytesMax) throw invalidValue('secrets can not be bigger than 512KiB', { position1 });
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new PgError('character_not_in_repertoire', 'secret value must be valid UTF-8', { position1 });
  }
  return new Secret(bytes);
}

/** Text and bytea become bytes by themselves; a bare number or truth value does not, as in PostgreSQL. */
function refuseOtherTypes(expr: Expr, position1: number | undefined): void {
  if (expr.kind !== 'number' && expr.kind !== 'boolean') return;
  const type = expr.kind === 'boolean' ? 'boolean' : /^\d+$/.test(expr.text) ? 'integer' : 'numeric';
  throw new PgError('cannot_coerce', `cannot cast type ${type} to bytea`, {
    position1,
    hint: 'Put the value of the secret in single quotes.',
  });
}
