import { createNetns } from '../test/support/netns.ts';

/**
 * Runs this bench again, with `--inside`, in a network namespace of its own with a plain TCP congestion control (model based ones misjudge
 * a loopback whose readers are delayed), and ahead of whatever else runs here: a bench that waits for a processor measures its neighbours.
 */
export async function runInNamespace(program: string): Promise<void> {
  await using netns = createNetns();
  netns.exec('sysctl', ['-qw', 'net.ipv4.tcp_congestion_control=reno']);
  const args = ['--import', 'tsx', program, '--inside', ...process.argv.slice(2)];
  const child = netns.spawn('chrt', ['-r', '1', process.execPath, ...args], { stdio: 'inherit' });
  await new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}
