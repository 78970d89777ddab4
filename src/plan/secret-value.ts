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
