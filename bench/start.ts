// node --import tsx bench/start.ts: from process start to accepting, to the first DDL and to the first SELECT, and memory then.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from '../test/support/ports.ts';
import { circumstances, quantile, writeSection } from './results.ts';

const runs = 10;
const acceptTimeoutMs = 10_000;
const root = join(import.meta.dirname, '..');

interface Start {
  readonly acceptMs: number;
  readonly ddlMs: number;
  readonly selectMs: number;
  readonly residentMb: number;
}

const measures = [
  { name: 'accepts', unit: 'ms', goal: 250, of: (start: Start) => start.acceptMs },
  { name: 'first DDL done', unit: 'ms', goal: 500, of: (start: Start) => start.ddlMs },
  { name: 'first SELECT done', unit: 'ms', goal: 1_500, of: (start: Start) => start.selectMs },
  { name: 'resident memory after it', unit: 'MB', goal: 260, of: (start: Start) => start.residentMb },
];

async function measure(): Promise<Start> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-bench-start-'));
  const port = await freePort();
  const where = ['--data-dir', dataDir, '--listen-sql', `127.0.0.1:${port}`, '--listen-http', '127.0.0.1:0'];
  const startedAtMs = performance.now();
  const server = spawn(process.execPath, [join(root, 'dist/main.js'), '--auth', 'trust', ...where], {
    stdio: 'ignore',
  });
  const sinceStartMs = (): number => performance.now() - startedAtMs;
  try {
    await untilAccepts(port);
    const acceptMs = sinceStartMs();
    const client = new Client({ host: '127.0.0.1', port, user: 'materialize', database: 'materialize' });
    await client.connect();
    await client.query("CREATE SECRET first AS 'x'");
    const ddlMs = sinceStartMs();
    await client.query('SELECT name FROM mz_secrets');
    const selectMs = sinceStartMs();
    const residentMb = residentKb(server.pid) / 1024;
    await client.end();
    return { acceptMs, ddlMs, selectMs, residentMb };
  } finally {
    server.kill('SIGTERM');
    if (server.exitCode === null) await once(server, 'exit');
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function untilAccepts(port: number): Promise<void> {
  const deadlineMs = performance.now() + acceptTimeoutMs;
  while (!(await accepts(port))) {
    if (performance.now() > deadlineMs) throw new Error('the server did not start');
    await delay(2);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function residentKb(pid: number | undefined): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
const about = `${runs} starts on an empty data directory. ${circumstances()}`;
const starts: Start[] = [];
for (let run = 0; run < runs; run += 1) starts.push(await measure());
const rows = measures.map(({ name, unit, goal, of }) => {
  const values = starts.map(of);
  const [median, worst] = [quantile(values, 0.5), Math.max(...values)];
  const verdict = median <= goal ? 'met' : 'missed';
  return `| ${name} | ${median.toFixed(0)} ${unit} | ${worst.toFixed(0)} ${unit} | ${goal} ${unit} | ${verdict} |`;
});
const table = ['| from process start | median | worst | goal | |', '|---|---|---|---|---|', ...rows];
writeSection('Start (bench/start.ts)', [about, '', ...table]);
process.stdout.write(`${about}\n${table.join('\n')}\n`);
