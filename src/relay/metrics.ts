import { type Metrics, sumOf } from '../telemetry/index.ts';
import type { Relay } from './relay.ts';

/** Counts what relays do. */
export interface RelayMetrics {
  opened(durationMs: number): void;
  failed(outcome: 'failed' | 'client-gone'): void;
  closed(by: 'client' | 'server' | 'us', bytesFromClient: number, bytesFromServer: number): void;
}

const seconds = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createRelayMetrics(metrics: Metrics, relays: () => Iterable<Relay>): RelayMetrics {
  const opens = metrics.counter<'outcome'>({
    name: 'sallyport_relay_opens_total',
    help: 'Clients that named a connection as database, by outcome',
    labels: ['outcome'],
  });
  const openSeconds = metrics.histogram({
    name: 'sallyport_relay_open_seconds',
    help: "Time from a client's login to its server's ReadyForQuery",
    buckets: seconds,
  });
  const closes = metrics.counter<'by'>({
    name: 'sallyport_relay_closes_total',
    help: 'Relays that ended, by who ended them',
    labels: ['by'],
  });
  const bytes = metrics.counter<'from'>({
    name: 'sallyport_relay_bytes_total',
    help: 'Bytes moved by relays that have ended',
    labels: ['from'],
  });
  metrics.gauge(
    { name: 'sallyport_relays', help: 'Relays, those that are being opened included' },
    sumOf(relays, () => 1),
  );
  metrics.gauge(
    { name: 'sallyport_relay_open_bytes', help: 'Bytes moved by the relays that are open' },
    sumOf(relays, (relay) => relay.bytesFromClient + relay.bytesFromServer),
  );
  return {
    opened: (durationMs) => {
      opens.add({ outcome: 'ok' });
      openSeconds.observe({}, durationMs / 1000);
    },
    failed: (outcome) => opens.add({ outcome }),
    closed: (by, bytesFromClient, bytesFromServer) => {
      closes.add({ by });
      bytes.add({ from: 'client' }, bytesFromClient);
      bytes.add({ from: 'server' }, bytesFromServer);
    },
  };
}
