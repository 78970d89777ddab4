import { startSallyport } from '../../test/support/sallyport.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { createWorld } from '../../test/real/tunnels/world.ts';
import { startSshd } from '../../test/support/sshd.ts';
import { type Finding, median, pairedRatio, times } from '../tunnel/bench.ts';
import { startDelay } from '../tunnel/delay.ts';
import { keyFileFor, type Place, sshForward, sshOptions } from '../tunnel/ways.ts';
import type { RelayBench } from './bench.ts';
import { bulkInMegabytesASecond, bulkMegabytesASecond, connectMs, queriesASecond, type Way } from './measures.ts';
import { startSshEach } from './ssh-each.ts';

/** Through a bastion: the relay beside ssh(1) that is left open, and ssh(1) that is started for each connection. */
export async function measureTunnelled(bench: RelayBench): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const roundTripMs of bench.roundTripsMs) findings.push(...(await measureAt(bench, roundTripMs)));
  return findings;
}

async function measureAt(bench: RelayBench, roundTripMs: number): Promise<Finding[]> {
  await using sshd = await startSshd({ config: ['MaxStartups 200:30:400'] });
  await using postgres = await startPostgres({ settings: { max_connections: '100' } });
  await using delay =
    roundTripMs === 0 ? null : await startDelay({ host: sshd.host, port: sshd.port }, { roundTripMs });
  const place: Place = delay ?? { host: sshd.host, port: sshd.port };
  await using keys = createWorld();
  const keyFile = keyFileFor(keys, sshd, bench.folder);
  await using kept = await sshForward('ssh -L', sshd, { place, keyFile, ports: [postgres.port] });
  const ssh = [...sshOptions(keyFile, place), `${sshd.user}@${place.host}`];
  await using each = await startSshEach(ssh, `127.0.0.1:${postgres.port}`);
  await using server = await startSallyport({ args: ['--log-level', 'warn'] });
  const made = await server.psql(
    `CREATE CONNECTION t TO SSH TUNNEL (HOST '${place.host}', PORT ${place.port}, USER '${sshd.user}');
     SELECT public_key_1 FROM mz_ssh_tunnel_connections;`,
    ['-qAt'],
  );
  sshd.install(made.stdout.trim());
  await server.psql(`CREATE CONNECTION c TO POSTGRES
    (HOST '127.0.0.1', PORT ${postgres.port}, USER 'trusted', DATABASE 'app', SSH TUNNEL t)`);
  const app = { user: 'trusted', database: 'app' };
  const ours = { name: 'relay', port: server.sqlPort, user: 'materialize', database: 'c' };
  const forward = { name: 'ssh -L', port: kept.localPort?.(postgres.port) ?? 0, ...app };
  const fresh = { name: 'ssh -W', port: each.port, ...app };
  // What client and server can do at all: no way through a tunnel is faster.
  const straight = { name: 'no tunnel', port: postgres.port, ...app };
  const at = `RTT ${roundTripMs} ms: `;
  const versus = async (
    what: string,
    theirs: Way,
    goal: number,
    measure: (way: Way) => Promise<number>,
    less = false,
  ) => {
    const [mine, others, without]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < bench.rounds; round += 1) {
      mine.push(await measure(ours));
      others.push(await measure(theirs));
      without.push(await measure(straight));
    }
    const ratio = pairedRatio(mine, others);
    const beside = `${theirs.name} ${median(others).toFixed(1)}, no tunnel ${median(without).toFixed(1)}`;
    const figure = `${median(mine).toFixed(1)} (${beside}): ${times(ratio)}`;
    bench.log(`${at}${what}: ${figure}`);
    const goalText = `${less ? '≤' : '≥'} ${goal}x of ${theirs.name}`;
    return { what: at + what, figure, goal: goalText, met: less ? ratio <= goal : ratio >= goal };
  };
  const { folder, seconds } = bench;
  return [
    await versus('queries a second, 1 client', forward, 1, (way) =>
      queriesASecond(way, folder, { clients: 1, mode: 'simple', seconds }),
    ),
    await versus('queries a second, 8 clients', forward, 1, (way) =>
      queriesASecond(way, folder, { clients: 8, mode: 'simple', seconds }),
    ),
    await versus('104 MB to the client, MB/s', forward, 1.4, bulkMegabytesASecond),
    await versus('104 MB to the server, MB/s', forward, 1.4, bulkInMegabytesASecond),
    await versus('psql from nothing to an answer, ms', fresh, 0.5, connectMs, true),
  ];
}
