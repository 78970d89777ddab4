import { type ChildProcess, execFileSync, spawn, type SpawnOptions } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A network of its own that only the bastion inside it reaches. */
export interface Netns extends AsyncDisposable {
  readonly name: string;
  /** Address of the namespace as seen from here: where a bastion inside listens. */
  readonly address: string;
  /** Our own end of the wire: the address that the bastion sees us come from. */
  readonly hostAddress: string;
  /** Further address of our end, for tests of egress binding; on the same wire, so that it is routed. */
  readonly secondHostAddress: string;
  /** Starts a program inside; the child's pid is the program's own. */
  spawn(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Runs a program inside to its end and returns what it printed. */
  exec(command: string, args: readonly string[]): string;
}

const registry = join(tmpdir(), 'sallyport-test-netns');
/** Subnets are /29: .1 and .3 ours, .2 the namespace's. 32 in each of 10.213.0.0 … 10.213.255.0. */
const subnets = 256 * 32;

/**
 * Makes a namespace joined to this one by a veth pair. `hosts` maps names to addresses that hold inside only
 * (`db.internal` -> 127.0.0.1 by default); no other name resolves there. Needs root.
 */
export function createNetns(options: { readonly hosts?: Readonly<Record<string, string>> } = {}): Netns {
  removeLeftovers();
  const index = reserve();
  const name = nameOf(index);
  const wire = `spt${index}`;
  const base = subnetOf(index);
  const address = `${base.prefix}.${base.first + 2}`;
  const hostAddress = `${base.prefix}.${base.first + 1}`;
  const secondHostAddress = `${base.prefix}.${base.first + 3}`;
  try {
    writeResolution(name, options.hosts ?? { 'db.internal': '127.0.0.1' });
    ip('netns', 'add', name);
    ip('link', 'add', wire, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    ip('addr', 'add', `${hostAddress}/29`, 'dev', wire);
    ip('addr', 'add', `${secondHostAddress}/29`, 'dev', wire);
    ip('link', 'set', wire, 'up');
    ip('-n', name, 'addr', 'add', `${address}/29`, 'dev', 'eth0');
    ip('-n', name, 'link', 'set', 'eth0', 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
  } catch (error) {
    remove(index);
    throw new Error('a network namespace is needed: run the tests as root with iproute2 installed', { cause: error });
  }
  const removeAtExit = () => remove(index);
  process.once('exit', removeAtExit);
  return {
    name,
    address,
    hostAddress,
    secondHostAddress,
    spawn: (command, args, spawnOptions = {}) =>
      spawn('ip', ['netns', 'exec', name, command, ...args], { stdio: ['ignore', 'pipe', 'pipe'], ...spawnOptions }),
    exec: (command, args) => execFileSync('ip', ['netns', 'exec', name, command, ...args], { encoding: 'utf8' }),
    async [Symbol.asyncDispose]() {
      process.off('exit', removeAtExit);
      remove(index);
    },
  };
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

const nameOf = (index: number): string => `sallyport-test-${index}`;

function subnetOf(index: number): { readonly prefix: string; readonly first: number } {
  return { prefix: `10.213.${Math.floor(index / 32)}`, first: (index % 32) * 8 };
}

/** `ip netns exec` lays /etc/netns/NAME/* over /etc/*: names resolve from the hosts file alone. */
function writeResolution(name: string, hosts: Readonly<Record<string, string>>): void {
  const folder = join('/etc/netns', name);
  mkdirSync(folder, { recursive: true });
  const lines = Object.entries({ localhost: '127.0.0.1', ...hosts }).map(([host, address]) => `${address} ${host}`);
  writeFileSync(join(folder, 'hosts'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'nsswitch.conf'), 'passwd: files\ngroup: files\nshadow: files\nhosts: files\n');
}

function reserve(): number {
  mkdirSync(registry, { recursive: true });
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    const index = Math.floor(Math.random() * subnets);
    try {
      writeFileSync(join(registry, String(index)), String(process.pid), { flag: 'wx' });
      return index;
    } catch {
      continue;
    }
  }
  throw new Error('no free test subnet');
}

function remove(index: number): void {
  for (const args of [
    ['link', 'del', `spt${index}`],
    ['netns', 'del', nameOf(index)],
  ]) {
    try {
      ip(...args);
    } catch {
      // Already gone: a half made namespace is removed by the same steps as a whole one.
    }
  }
  rmSync(join('/etc/netns', nameOf(index)), { recursive: true, force: true });
  rmSync(join(registry, String(index)), { force: true });
}

/** Namespaces of test processes that were killed before they could clean up. */
function removeLeftovers(): void {
  mkdirSync(registry, { recursive: true });
  for (const entry of readdirSync(registry)) {
    if (!ownerIsAlive(join(registry, entry))) remove(Number(entry));
  }
}

function ownerIsAlive(path: string): boolean {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    // An empty file belongs to a process that is just writing it.
    if (pid === 0) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A file that has gone in the meantime was given back by its owner; the number may be another's by now.
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
