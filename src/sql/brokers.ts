import type { Broker, OptionValue } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseRawName } from './names.ts';
import { parseWithOption } from './with-options.ts';

/** `'host:port' [USING …]` or `MATCHING 'pattern' USING …`. */
export function parseBroker(cursor: Cursor): Broker {
  const { offset0 } = cursor;
  const matching = cursor.takeKeyword('MATCHING');
  const address = cursor.expectString();
  return { address, offset0, matching, using: parseUsing(cursor, matching) };
}

function parseUsing(cursor: Cursor, required: boolean): Broker['using'] {
  if (!cursor.atKeyword('USING') && !required) return null;
  cursor.expectKeyword('USING');
  if (cursor.expectOneOf(['SSH', 'AWS']) === 'SSH') {
    cursor.expectKeyword('TUNNEL');
    return { kind: 'ssh-tunnel', name: parseRawName(cursor) };
  }
  cursor.expectKeyword('PRIVATELINK');
  const name = parseRawName(cursor);
  if (!cursor.at('left-parenthesis')) return { kind: 'privatelink', name, options: [] };
  const options = cursor.parenthesised(() => parseWithOption(cursor, [['AVAILABILITY', 'ZONE'], ['PORT']]));
  return { kind: 'privatelink', name, options };
}

/** `(broker, …)` or `[broker, …]`. */
export function parseBrokers(cursor: Cursor): OptionValue {
  const { offset0 } = cursor;
  const hint = "Write the brokers between parentheses: BROKERS ('a:9092', 'b:9092').";
  const close = cursor.take('left-bracket') ? 'right-bracket' : 'right-parenthesis';
  if (close === 'right-parenthesis') cursor.expect('left-parenthesis', hint);
  const brokers = cursor.listBefore(close, () => parseBroker(cursor));
  cursor.expect(close);
  return { kind: 'brokers', brokers, offset0 };
}
