import { connectFailed, notice, PgError } from '../../errors/index.ts';
import type { StageContext, ValidationEvent } from '../kind.ts';
import { hostPort } from '../rules.ts';
import { eventsOf, messageOf, type Trace } from '../trace.ts';
import type { BrokerAddress, KafkaDetails } from './details.ts';
import type { Metadata } from './internals.ts';
import { hungUp, isHangUp } from './login-errors.ts';
import { internals, openBroker, type OpenBroker } from './session.ts';

const metadataDeadlineMs = 10_000;

/** Logs in to every listed broker, asks one for the cluster, then logs in to every broker that the cluster names. */
export const stages = (details: KafkaDetails, context: StageContext): AsyncIterable<ValidationEvent> =>
  eventsOf(context, async (trace) => {
    const opened: OpenBroker[] = [];
    try {
      const seeds = await openSeeds(trace, details, opened);
      const metadata = await askForCluster(trace, details, seeds.first);
      const unreached = metadata.brokers.filter((broker) => !opened.some((open) => isAt(open.address, broker)));
      await inTurns(unreached, (broker) => openAnnounced(trace, details, broker, opened));
      warnOfSeeds(trace, seeds.failures);
      tellCluster(trace, metadata);
    } finally {
      for (const broker of opened) broker.close();
    }
  });

interface Seeds {
  readonly first: OpenBroker;
  readonly failures: readonly PgError[];
}

/** One listed broker that lets us in is enough: the others may be down for the moment. @throws the first failure when none does. */
async function openSeeds(trace: Trace, details: KafkaDetails, opened: OpenBroker[]): Promise<Seeds> {
  const failures: PgError[] = [];
  await inTurns(details.brokers, async (address) => {
    try {
      opened.push(await openBroker(trace, details, address));
    } catch (error) {
      if (!(error instanceof PgError) || trace.context.signal.aborted) throw error;
      failures.push(error);
    }
  });
  const [first] = opened;
  if (first !== undefined) return { first, failures };
  throw failures[0] ?? new Error('no broker is listed');
}

async function askForCluster(trace: Trace, details: KafkaDetails, { address, broker }: OpenBroker): Promise<Metadata> {
  const target = hostPort(address.host, address.port);
  const { readMetadata } = await internals();
  return await trace.step(
    {
      stage: 'metadata',
      target,
      deadlineMs: metadataDeadlineMs,
      explain: (cause) =>
        isHangUp(cause)
          ? hungUp(cause, target, details)
          : {
              message: `${target} let us in and does not tell its cluster: ${messageOf(cause)}`,
              hint: 'Look into the log of the broker.',
            },
    },
    () => readMetadata(broker),
    (metadata) => ({
      detail: `${metadata.brokers.length} brokers, ${metadata.topicMetadata.length} topics`,
      announced: metadata.brokers.map(({ host, port }) => hostPort(host, port)),
    }),
  );
}

/** A broker is reached through the tunnel of the listed broker at the same place, else through the connection's. */
async function openAnnounced(
  trace: Trace,
  details: KafkaDetails,
  broker: Metadata['brokers'][number],
  opened: OpenBroker[],
): Promise<void> {
  const listed = details.brokers.find((address) => isAt(address, broker));
  const through = listed?.through ?? details.defaultThrough;
  try {
    opened.push(await openBroker(trace, details, { host: broker.host, port: broker.port, through }));
  } catch (error) {
    throw error instanceof PgError && !trace.context.signal.aborted
      ? announcedFailure(trace, error, broker, through)
      : error;
  }
}

function announcedFailure(
  trace: Trace,
  error: PgError,
  broker: Metadata['brokers'][number],
  through: string | null,
): PgError {
  const place = hostPort(broker.host, broker.port);
  const prefix = `connection "${trace.context.name}": `;
  const from = through === null ? 'from here (or set SSH TUNNEL)' : 'from the bastion';
  return connectFailed({
    stage: (error.stage ?? 'connect') as Parameters<typeof connectFailed>[0]['stage'],
    code: error.condition,
    message: `${prefix}broker ${broker.nodeId} announces itself as ${place}: ${error.message.replace(prefix, '')}`,
    detail: error.detail,
    hint: `advertised.listeners of broker ${broker.nodeId} must name an address that can be reached ${from}. ${error.hint ?? ''}`.trim(),
    cause: error,
  });
}

function warnOfSeeds(trace: Trace, failures: readonly PgError[]): void {
  for (const { message, hint } of failures) trace.notice(notice('warning', message, { severity: 'WARNING', hint }));
}

function tellCluster(trace: Trace, metadata: Metadata): void {
  if (metadata.clusterId !== null) trace.fact('cluster', metadata.clusterId);
  for (const broker of metadata.brokers.toSorted((left, right) => left.nodeId - right.nodeId)) {
    trace.fact(`broker ${broker.nodeId}`, hostPort(broker.host, broker.port));
  }
  const topics = metadata.topicMetadata.filter((topic) => topic.isInternal !== true);
  trace.fact('topics', String(topics.length));
  const leaderless = topics.filter((topic) =>
    topic.partitionMetadata.some((partition) => partition.partitionErrorCode !== 0),
  );
  if (leaderless.length > 0) {
    trace.notice(
      notice(
        'warning',
        `topics without a leader for every partition: ${list(leaderless.map((topic) => topic.topic))}`,
        {
          severity: 'WARNING',
          hint: 'A broker that holds them is down. Reading them waits until it is back; everything else works.',
        },
      ),
    );
  }
  if (topics.length === 0) {
    trace.notice(
      notice('successful_completion', 'the user sees no topics', {
        hint: 'The cluster has none yet, or the user may describe none: kafka-acls.sh --add --allow-principal User:NAME --operation Read --topic NAME',
      }),
    );
  }
}

const list = (names: readonly string[]): string =>
  names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;

const isAt = (
  address: Pick<BrokerAddress, 'host' | 'port'>,
  broker: { readonly host: string; readonly port: number },
): boolean => address.host === broker.host && address.port === broker.port;

const atOnceMax = 8;

/** Runs `body` for every item, a few at a time; all of them end before the first failure is thrown. */
async function inTurns<Item>(items: readonly Item[], body: (item: Item) => Promise<void>): Promise<void> {
  for (let index = 0; index < items.length; index += atOnceMax) {
    const outcomes = await Promise.allSettled(items.slice(index, index + atOnceMax).map(body));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}
