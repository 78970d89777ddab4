import type { AlterSourcePlan } from '../plan/index.ts';
import { noSources } from './create-source.ts';

export function executeAlterSource(_plan: AlterSourcePlan): never {
  throw noSources('ALTER SOURCE');
}
