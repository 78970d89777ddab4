import { notSupported } from '../../errors/index.ts';
import type { StageContext, ValidationEvent } from '../kind.ts';
import { eventsOf } from '../trace.ts';
import type { MysqlDetails } from './details.ts';

export const stages = (_details: MysqlDetails, context: StageContext): AsyncIterable<ValidationEvent> =>
  eventsOf(context, () => Promise.reject(notSupported('connections of this kind cannot be validated yet')));
