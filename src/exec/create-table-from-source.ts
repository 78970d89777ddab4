import type { CreateTableFromSourcePlan } from '../plan/index.ts';
import { noSources } from './create-source.ts';

export function executeCreateTableFromSource(_plan: CreateTableFromSourcePlan): never {
  throw noSources('CREATE TABLE FROM SOURCE');
}
