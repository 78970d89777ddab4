import { setTimeout as delay } from 'node:timers/promises';
import { type Sallyport, startSallyport } from '../../test/support/sallyport.ts';
import { quantile } from '../results.ts';
import { elapsedMs, filledDataDir, residentMb } from './data.ts';

const connections = 10_000;
const historyRows = 100_000;
const statements = 100;
const sessions = 32;
/** Between two statements of somebody who is not in a hurry. */
const paceMs = 20;

/** A catalog of ten thousand connections: start, DDL, and DDL of many sessions at once. */
export async function measureLarge(): Promise<readonly string[]> {
  const plain = await measure(0);
  const withHistories = await measure(historyRows);
  return [
    `${connections} connections; then with ${historyRows} rows of tunnel states too.`,
    '',
    '| | | with histories | goal | |',
    '|---|---|---|---|---|',
    row('first SELECT after the start', 'ms', plain.selectMs, withHistories.selectMs, 3_000),
    row('longest DDL until then', 'ms', plain.earlyDdlMs, withHistories.earlyDdlMs, 50),
    row('longest DDL while the setup of all is read', 'ms', plain.besideSetupDdlMs, withHistories.besideSetupDdlMs, 50),
    row('DDL, median', 'ms', plain.ddlMs, withHistories.ddlMs, 10),
    row('DDL, 95 %', 'ms', plain.ddl95Ms, withHistories.ddl95Ms, null),
    row(`DDL of ${sessions} sessions at once, a second`, '', plain.ddlRate, withHistories.ddlRate, null),
    row('resident', 'MB', plain.residentMb, withHistories.residentMb, 420),
  ];
}

interface Figures {
  readonly selectMs: number;
  readonly earlyDdlMs: number;
  readonly besideSetupDdlMs: number;
  readonly ddlMs: number;
  readonly ddl95Ms: number;
  readonly ddlRate: number;
  readonly residentMb: number;
}

async function measure(rows: number): Promise<Figures> {
  using dataDir = await filledDataDir(connections, rows);
  const startedAtMs = performance.now();
  await using server = await startSallyport({ dataDir: dataDir.path });
  const ready = firstSelect(server).then(() => elapsedMs(startedAtMs));
  const early = await ddlUntil(server, ready, 'early');
  const selectMs = await ready;
  if (rows > 0) await (await server.client()).query('SELECT count(*) FROM mz_internal.mz_ssh_tunnel_status_history');
  const client = await server.client();
  const ddl: number[] = [];
  for (let index = 0; index < statements; index += 1) {
    const beganAtMs = performance.now();
    await client.query(`CREATE SECRET s${index} AS 'x'`);
    ddl.push(elapsedMs(beganAtMs));
  }
  const ddlRate = await ddlAtOnce(server);
  const resident = await residentMb(server.pid);
  const setup = (await server.client()).query('SELECT count(setup) FROM mz_internal.mz_ssh_tunnel_setup');
  const besideSetup = await ddlUntil(server, setup, 'beside');
  await setup;
  return {
    selectMs,
    earlyDdlMs: Math.max(...early.slice(1)),
    besideSetupDdlMs: Math.max(...besideSetup.slice(1)),
    ddlMs: quantile(ddl, 0.5),
    ddl95Ms: quantile(ddl, 0.95),
    ddlRate,
    residentMb: resident,
  };
}

async function firstSelect(server: Sallyport): Promise<void> {
  await (await server.client()).query('SELECT count(*) FROM mz_connections');
}

/** How long each DDL takes meanwhile. */
async function ddlUntil(server: Sallyport, end: Promise<unknown>, prefix: string): Promise<readonly number[]> {
  const client = await server.client();
  const ended = new AbortController();
  void end.finally(() => ended.abort());
  const took: number[] = [];
  while (!ended.signal.aborted || took.length < 2) {
    const beganAtMs = performance.now();
    await client.query(`CREATE SECRET ${prefix}${took.length} AS 'x'`);
    took.push(elapsedMs(beganAtMs));
    await delay(paceMs);
  }
  return took;
}

/** Unrelated DDL of many sessions at once; statements a second. @throws when any of them fails */
async function ddlAtOnce(server: Sallyport): Promise<number> {
  const clients = await Promise.all(Array.from({ length: sessions }, () => server.client()));
  const beganAtMs = performance.now();
  await Promise.all(
    clients.map(async (client, session) => {
      for (let index = 0; index < 10; index += 1)
        await client.query(`CREATE SECRET at_once_${session}_${index} AS 'x'`);
    }),
  );
  return (10 * sessions * 1_000) / elapsedMs(beganAtMs);
}

function row(name: string, unit: string, plain: number, full: number, goal: number | null): string {
  const show = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ${unit}`.trim();
  const verdict = goal === null ? '' : Math.max(plain, full) <= goal ? 'met' : 'missed';
  return `| ${name} | ${show(plain)} | ${show(full)} | ${goal === null ? '' : show(goal)} | ${verdict} |`;
}
