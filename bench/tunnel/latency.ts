import pg from 'pg';
import { password, startPostgres } from '../../test/support/postgres.ts';
import { type Bench, type Finding, median, pairedRatio, times } from './bench.ts';
import { exchanges, greetedConnects } from './measures.ts';
import { keyFileFor, sallyport, sshForward, type Way } from './ways.ts';

type Measure = (way: Way) => Promise<number[]>;

/** Small exchanges with no delay on the wire: medians of each round. */
export async function measureLatency(bench: Bench): Promise<Finding[]> {
  const { sshd, target } = bench;
  await using postgres = await startPostgres();
  const place = { host: sshd.host, port: sshd.port };
  await using ours = await sallyport(sshd, place);
  const keyFile = keyFileFor(ours.world, sshd, bench.folder);
  const ports = [target.port, target.greetingPort, postgres.port];
  await using plain = await sshForward('ssh -L', sshd, { place, keyFile, ports });
  const ratio = async (name: string, measure: Measure) => {
    const [mine, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < bench.rounds; round += 1) {
      mine.push(median(await measure(ours)));
      theirs.push(median(await measure(plain)));
    }
    bench.log(`${name}: Sallyport ${median(mine).toFixed(3)} ms, ssh -L ${median(theirs).toFixed(3)} ms`);
    return { ours: median(mine), theirs: median(theirs), ratio: pairedRatio(mine, theirs) };
  };
  const echo = await ratio('echo', (way) => exchanges(way, target.port, 'echo', 1000));
  const two = await ratio('two writes', (way) => exchanges(way, target.port, 'two writes', 500));
  const split = await ratio('split reply', (way) => exchanges(way, target.port, 'split reply', 30));
  const greeted = await ratio('greeted connect', (way) => greetedConnects(way, target.greetingPort, 20));
  const select = await ratio('pg select $1', (way) => selects(way, postgres.port, 300));
  const figure = (found: { ours: number; theirs: number }) =>
    `${found.ours.toFixed(2)} ms (ssh -L ${found.theirs.toFixed(2)} ms)`;
  return [
    { what: '64 byte echo', figure: figure(echo), goal: '≤ ssh -L', met: echo.ratio <= 1 },
    { what: 'two small writes, one answer', figure: `${figure(two)}, ${times(two.ratio)}`, goal: '' },
    {
      what: 'answer in two small writes',
      figure: figure(split),
      goal: '≤ 1/10 of ssh -L, ≤ 4 ms',
      met: split.ratio <= 0.1 && split.ours <= 4,
    },
    {
      what: 'connect to a server that greets first (as MySQL)',
      figure: figure(greeted),
      goal: '≤ 1/10 of ssh -L, ≤ 4 ms',
      met: greeted.ratio <= 0.1 && greeted.ours <= 4,
    },
    {
      what: 'pg select $1',
      figure: `${figure(select)}, ${times(select.ratio)}`,
      goal: '≤ 1.3x of ssh -L',
      met: select.ratio <= 1.3,
    },
  ];
}

async function selects(way: Way, port: number, rounds: number): Promise<number[]> {
  const where =
    way.localPort === undefined
      ? {
          stream: (
            (socket) => () =>
              socket as never
          )(await way.open(port)),
        }
      : { host: '127.0.0.1', port: way.localPort(port) };
  const client = new pg.Client({ user: 'app', password, database: 'app', ...where });
  await client.connect();
  const spent: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    await client.query('select $1::int as n', [round]);
    spent.push(performance.now() - startedAt);
  }
  await client.end();
  return spent;
}
