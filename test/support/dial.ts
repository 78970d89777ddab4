import net from 'node:net';
import type { StageReport } from '../../src/errors/index.ts';
import type { Dial, Target } from '../../src/tunnels/index.ts';

/** Dials over TCP to where `route` says: for tests of what happens once a socket is open. */
export function directDial(route: (target: Target) => { readonly host: string; readonly port: number }): Dial {
  return (target, { signal }) => {
    const reports: StageReport[] = [];
    const startedAt = performance.now();
    const socket = net.connect({ ...pick(route(target)), noDelay: true, signal });
    const report = (status: StageReport['status']): void => {
      const durationMs = performance.now() - startedAt;
      reports.push({ stage: 'connect', target: `${target.host}:${target.port}`, status, durationMs });
    };
    socket.once('connect', () => report('ok'));
    socket.once('error', () => {
      if (reports.length === 0) report('failed');
    });
    return Object.assign(socket, { reports });
  };
}

const pick = ({ host, port }: { readonly host: string; readonly port: number }) => ({ host, port });
