import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/** Pids of all processes below `pid`, nearest first. */
export function descendants(pid: number): number[] {
  const found: number[] = [];
  const queue = [pid];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const children = childrenOf(next);
    found.push(...children);
    queue.push(...children);
  }
  return found;
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Stops a process and all below it, and gives their pids. One that forks while the others are looked for leaves no child that nobody
 * knows: only when all stand still is it known who there is.
 */
export function stopAll(pid: number): number[] {
  for (let before = ''; ; ) {
    const pids = [pid, ...descendants(pid)];
    for (const each of pids) signal(each, 'SIGSTOP');
    const now = pids.join(' ');
    if (now === before && pids.every(standsStill)) return pids;
    before = now;
  }
}

/** Stopped, or gone. */
function standsStill(pid: number): boolean {
  try {
    const [state = ''] = /(?<=\) )\w/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return 'TtZX'.includes(state);
  } catch {
    return true;
  }
}

export const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Resolves once the child has ended. */
export async function ended(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  await once(child, 'exit');
}

/** How many files, sockets included, a process has open; 0 when it is gone. */
export function openFilesOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}
