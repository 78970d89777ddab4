import { checkedFormat, databaseFormats, openDatabaseToRead, pathIn, refusedFile } from '../storage/index.ts';
import type { HistoryChange, HistoryName } from './contract.ts';
import { ObservationsFile } from './sqlite-file.ts';

const pageRows = 1_000;

/**
 * One history of a data directory from a time on, in order; a server may run there meanwhile, and has what is newest still in memory.
 * @throws StartRefused when there are no observations or they cannot be read.
 */
export function* historySince({
  directory,
  history,
  since,
}: {
  readonly directory: string;
  readonly history: HistoryName;
  readonly since: Date;
}): Iterable<HistoryChange> {
  const path = pathIn(directory, 'observations');
  const database = openDatabaseToRead(path);
  try {
    checkedFormat(database, path, databaseFormats.observations);
    const file = new ObservationsFile(database);
    const from = since.toISOString();
    const { firstId, lastId } = file.bounds(history);
    for (let afterId = firstId - 1; afterId < lastId; ) {
      const page = file.history(history, afterId, lastId, pageRows);
      yield* page.filter(({ occurredAt }) => occurredAt >= from);
      afterId = page.at(-1)?.id ?? lastId;
    }
  } catch (error) {
    throw refusedFile(path, error);
  } finally {
    database.close();
  }
}
