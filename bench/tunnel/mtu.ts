import { execFileSync } from 'node:child_process';

/** Packet size of the namespace's loopback. With its usual 64 KB, sshd's Nagle waits for delayed acknowledgements as no real wire makes it. */
export function setMtu(bytes: number): void {
  execFileSync('ip', ['link', 'set', 'lo', 'mtu', String(bytes)]);
}
