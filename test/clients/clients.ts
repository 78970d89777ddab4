import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A client program of this folder: how it is called, and what must be there first. */
export interface ClientProgram {
  readonly name: string;
  readonly mode: string;
  /** Installs what it needs, once; returns the command and its first arguments. */
  prepare(): readonly [string, ...string[]];
}

const here = import.meta.dirname;
const cache = join(here, '../../.cache/clients');

export const clientPrograms: readonly ClientProgram[] = [
  { name: 'node-postgres', mode: 'simple', prepare: () => [process.execPath, join(here, 'node/pg.mjs')] },
  { name: 'node-postgres', mode: 'prepared', prepare: () => [process.execPath, join(here, 'node/pg.mjs')] },
  { name: 'psycopg', mode: 'text', prepare: () => [python(), join(here, 'python/psycopg_client.py')] },
  { name: 'psycopg', mode: 'binary', prepare: () => [python(), join(here, 'python/psycopg_client.py')] },
  { name: 'pgjdbc', mode: 'extended', prepare: () => ['java', '-cp', pgjdbc, join(here, 'java/PgjdbcClient.java')] },
  { name: 'pgjdbc', mode: 'simple', prepare: () => ['java', '-cp', pgjdbc, join(here, 'java/PgjdbcClient.java')] },
];

const pgjdbc = '/usr/share/java/postgresql.jar';

/** The interpreter of a virtual environment that holds exactly what requirements.txt names. */
function python(): string {
  const requirements = join(here, 'python/requirements.txt');
  const folder = join(cache, 'python');
  const interpreter = join(folder, 'bin/python');
  const mark = join(folder, 'installed.txt');
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return interpreter;
  mkdirSync(cache, { recursive: true });
  execFileSync('python3', ['-m', 'venv', '--clear', folder], { stdio: 'inherit' });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  execFileSync(interpreter, pip, { stdio: 'inherit' });
  writeFileSync(mark, wanted);
  return interpreter;
}
