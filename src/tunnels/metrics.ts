import { type Metrics, sumOf } from '../telemetry/index.ts';
import { memory } from './memory.ts';
import type { Session } from './session.ts';

/** Counts what the tunnels do. Every call is cheap; without a registry nothing is kept. */
export interface TunnelMetrics {
  loginEnded(outcome: 'ok' | 'failed', durationMs: number): void;
  openEnded(outcome: 'ok' | 'refused' | 'failed', durationMs: number): void;
  sessionLost(): void;
}

const seconds = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createTunnelMetrics(metrics: Metrics | undefined, sessions: () => Iterable<Session>): TunnelMetrics {
  if (metrics === undefined) return { loginEnded() {}, openEnded() {}, sessionLost() {} };
  const logins = metrics.counter<'outcome'>({
    name: 'sallyport_tunnel_logins_total',
    help: 'SSH logins by outcome',
    labels: ['outcome'],
  });
  const loginSeconds = metrics.histogram({
    name: 'sallyport_tunnel_login_seconds',
    help: 'Time from the first packet to a logged-in SSH session',
    buckets: seconds,
  });
  const opens = metrics.counter<'outcome'>({
    name: 'sallyport_tunnel_opens_total',
    help: 'Connections asked of bastions, by outcome',
    labels: ['outcome'],
  });
  const openSeconds = metrics.histogram({
    name: 'sallyport_tunnel_open_seconds',
    help: "Time that a bastion took to connect to a target, the target's answer included",
    buckets: seconds,
  });
  const lost = metrics.counter({
    name: 'sallyport_tunnel_sessions_lost_total',
    help: 'SSH sessions that ended without being closed by this server',
  });
  metrics.gauge(
    { name: 'sallyport_tunnel_sessions', help: 'Open SSH sessions' },
    sumOf(sessions, () => 1),
  );
  metrics.gauge(
    { name: 'sallyport_tunnel_channels', help: 'Connections through tunnels' },
    sumOf(sessions, (session) => session.channels.size),
  );
  metrics.gauge(
    { name: 'sallyport_tunnel_gate_waits', help: 'Times that writers waited for a full socket, over open sessions' },
    sumOf(sessions, (session) => session.channels.gateWaits),
  );
  metrics.gauge(
    { name: 'sallyport_tunnel_late_channels', help: 'Opens confirmed after their dial had gone, over open sessions' },
    sumOf(sessions, (session) => session.channels.lateChannels),
  );
  metrics.gauge(
    { name: 'sallyport_tunnel_buffered_bytes', help: 'Bytes that arrived through tunnels and were not read yet' },
    () => memory.bytes,
  );
  return {
    loginEnded: (outcome, durationMs) => {
      logins.add({ outcome });
      if (outcome === 'ok') loginSeconds.observe({}, durationMs / 1000);
    },
    openEnded: (outcome, durationMs) => {
      opens.add({ outcome });
      if (outcome === 'ok') openSeconds.observe({}, durationMs / 1000);
    },
    sessionLost: () => lost.add({}),
  };
}
