import type { HopTarget, SeenStep } from '../kind.ts';
import { fromHostPort, hostPort } from '../rules.ts';
import type { KafkaDetails } from './details.ts';

/**
 * The listed brokers that have this tunnel, and those that the cluster named when it was last asked by way of a broker that is still
 * listed: they are reached through the connection's own tunnel.
 */
export function targetsThrough(
  { brokers, defaultThrough }: KafkaDetails,
  tunnelId: string,
  seen: readonly SeenStep[],
): readonly HopTarget[] | null {
  const listed = brokers.filter(({ through }) => through === tunnelId);
  if (defaultThrough !== tunnelId) return listed;
  const places = new Set(brokers.map(({ host, port }) => hostPort(host, port)));
  const asked = seen.find(({ stage, target }) => stage === 'metadata' && places.has(target));
  if (asked === undefined) return null;
  return [...listed, ...asked.announced.filter((place) => !places.has(place)).map(fromHostPort)];
}
