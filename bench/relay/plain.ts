import { type Finding, median, pairedRatio, times } from '../tunnel/bench.ts';
import { startTargets } from '../wire/targets.ts';
import type { RelayBench } from './bench.ts';
import { bulkInMegabytesASecond, bulkMegabytesASecond, connectMs, queriesASecond, type Way } from './measures.ts';
import { startNodePipe } from './node-pipe.ts';

/** Without a tunnel: the relay beside nothing, pgbouncer and the least that Node.js can do. */
export async function measurePlain(bench: RelayBench): Promise<Finding[]> {
  await using targets = await startTargets();
  await using pipe = await startNodePipe(targets.postgres.port);
  await using server = await targets.startServer();
  await server.psql(`CREATE CONNECTION direct TO POSTGRES
    (HOST '127.0.0.1', PORT ${targets.postgres.port}, USER 'trusted', DATABASE 'app')`);
  const app = { user: 'trusted', database: 'app' };
  const ways = [
    { name: 'direct', port: targets.postgres.port, ...app },
    { name: 'pgbouncer', port: targets.bouncerPort, ...app },
    { name: 'Node pipe', port: pipe.port, ...app },
    { name: 'relay', port: server.sqlPort, user: 'materialize', database: 'direct' },
  ];
  const rounds = (name: string, measure: (way: Way) => Promise<number>) => inTurns(bench, name, ways, measure);
  const { folder, seconds } = bench;
  const one = await rounds('one client, ms', async (way) => {
    return 1000 / (await queriesASecond(way, folder, { clients: 1, mode: 'simple', seconds }));
  });
  const added = one.relay.map((ms, round) => ms - (one.pipe[round] ?? Number.NaN));
  const findings: Finding[] = [
    {
      what: `one client: a query over ${median(one.direct).toFixed(3)} ms (pgbouncer, Node pipe, relay)`,
      figure: overDirect(one.bouncer, one.direct, one.pipe, one.relay),
      goal: '≤ Node pipe + 0.05 ms',
      met: median(added) <= 0.05,
    },
  ];
  for (const [what, clients, mode] of [
    ['queries a second, 8 clients, simple', 8, 'simple'],
    ['queries a second, 8 clients, prepared', 8, 'prepared'],
    ['queries a second, 64 clients, simple', 64, 'simple'],
  ] as const) {
    findings.push(ratios(what, await rounds(what, (way) => queriesASecond(way, folder, { clients, mode, seconds }))));
  }
  // With TLS the relay encrypts or decrypts; behind the pipe the server does.
  const clear = ways.map((way) => ({ ...way, sslMode: 'disable' as const }));
  for (const [protection, some] of [
    ['without TLS', clear],
    ['with TLS', ways],
  ] as const) {
    const inWays = (what: string, measure: (way: Way) => Promise<number>) => inTurns(bench, what, some, measure);
    const [down, up] = [`104 MB to the client ${protection}, MB/s`, `104 MB to the server ${protection}, MB/s`];
    findings.push(ratios(down, await inWays(down, bulkMegabytesASecond)));
    findings.push(ratios(up, await inWays(up, bulkInMegabytesASecond)));
  }
  const connects = await rounds('connect, ms', connectMs);
  findings.push({ what: 'psql from nothing to an answer, ms', figure: figures(connects, 1), goal: '' });
  return findings;
}

interface Measured {
  readonly direct: readonly number[];
  readonly bouncer: readonly number[];
  readonly pipe: readonly number[];
  readonly relay: readonly number[];
}

async function inTurns(
  bench: RelayBench,
  name: string,
  ways: readonly Way[],
  measure: (way: Way) => Promise<number>,
): Promise<Measured> {
  const found = ways.map((): number[] => []);
  for (let round = 0; round < bench.rounds; round += 1) {
    for (const [index, way] of ways.entries()) found[index]?.push(await measure(way));
  }
  const [direct = [], bouncer = [], pipe = [], relay = []] = found;
  bench.log(`${name}: ${ways.map((way, index) => `${way.name} ${median(found[index] ?? []).toFixed(3)}`).join(', ')}`);
  return { direct, bouncer, pipe, relay };
}

const figures = ({ direct, bouncer, pipe, relay }: Measured, digits: number): string =>
  [`direct ${median(direct).toFixed(digits)}`, `pgbouncer ${median(bouncer).toFixed(digits)}`]
    .concat(`Node pipe ${median(pipe).toFixed(digits)}`, `relay ${median(relay).toFixed(digits)}`)
    .join(', ');

function ratios(what: string, measured: Measured): Finding {
  const { relay, pipe, direct } = measured;
  const toPipe = pairedRatio(relay, pipe);
  const figure = `${figures(measured, 0)}: ${times(toPipe)} of the pipe, ${times(pairedRatio(relay, direct))} of direct`;
  return { what, figure, goal: '≥ 0.9x Node pipe', met: toPipe >= 0.9 };
}

const overDirect = (
  bouncer: readonly number[],
  direct: readonly number[],
  ...rest: readonly (readonly number[])[]
): string => [bouncer, ...rest].map((way) => `+${(median(way) - median(direct)).toFixed(3)} ms`).join(', ');
