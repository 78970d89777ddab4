import type { ConnectionKind, SecretReader, StageContext, ValidationEvent } from '../../src/connections/index.ts';
import type { OptionInput, OptionValueInput } from '../../src/connections/index.ts';
import { planOptions } from '../../src/connections/index.ts';
import { PgError, type PgNotice, type StageReport } from '../../src/errors/index.ts';
import { Secret } from '../../src/secrets/index.ts';

/** A broker with a tunnel of its own. */
export interface BrokerThrough {
  readonly address: string;
  readonly tunnel: string;
}

/** `secret('pw')` and `tunnel('u1')` as option values; strings, numbers and lists stand for themselves. */
export type Written =
  | string
  | number
  | readonly (string | BrokerThrough)[]
  | { readonly secret: string }
  | { readonly connection: string };

/** Plans a connection from options as a statement would write them. Secrets are named by their values, tunnels by their ids. */
export function planned<Details>(kind: ConnectionKind<Details>, written: Readonly<Record<string, Written>>): Details {
  const options = Object.entries(written).map(([name, value], index): OptionInput => {
    return { name, value: toInput(value, index), offset0: index };
  });
  const resolve = (name: { readonly parts: readonly { readonly value: string }[] }): string =>
    name.parts[0]?.value ?? '';
  return kind.plan(
    planOptions({
      kind,
      options,
      position1: (offset0) => offset0 + 1,
      resolve: { secret: resolve, connection: resolve },
    }),
    { fullName: (id) => id, connectionType: () => 'ssh-tunnel', environmentId: 'env', ownId: 'u9' },
  );
}

function toInput(value: Written, offset0: number): OptionValueInput {
  const name = (text: string) => ({ parts: [{ value: text, offset0 }], offset0 });
  if (typeof value === 'string') return { kind: 'string', value, offset0 };
  if (typeof value === 'number') return { kind: 'number', text: String(value), offset0 };
  if ('secret' in value) return { kind: 'secret', name: name(value.secret), offset0 };
  if ('connection' in value) return { kind: 'object', name: name(value.connection), offset0 };
  return {
    kind: 'brokers',
    offset0,
    brokers: value.map((broker) =>
      typeof broker === 'string'
        ? { address: broker, offset0, matching: false, using: null }
        : {
            address: broker.address,
            offset0,
            matching: false,
            using: { kind: 'ssh-tunnel', name: name(broker.tunnel) },
          },
    ),
  };
}

/** Gives each secret id back as its value. */
export const secretsByValue: SecretReader = { text: (id) => new Secret(id) };

export interface Run {
  readonly reports: readonly StageReport[];
  readonly facts: Readonly<Record<string, string>>;
  readonly notices: readonly PgNotice[];
  readonly error: PgError | undefined;
}

type Given = Pick<StageContext, 'dial'> & Partial<StageContext>;

/** What a kind's stages and login work with. */
export const stageContext = (given: Given): StageContext => ({
  name: 'c',
  id: 'u9',
  secrets: secretsByValue,
  checkTunnel: () => Promise.reject(new Error('no tunnel is checked here')),
  signal: AbortSignal.timeout(60_000),
  ...given,
});

/** Runs a kind's stages to their end. */
export async function run<Details>(kind: ConnectionKind<Details>, details: Details, given: Given): Promise<Run> {
  const events: ValidationEvent[] = [];
  let error: PgError | undefined;
  try {
    for await (const event of kind.stages(details, stageContext(given))) events.push(event);
  } catch (thrown) {
    if (!(thrown instanceof PgError)) throw thrown;
    error = thrown;
  }
  return {
    reports: events.flatMap((event) => ('report' in event ? [event.report] : [])),
    notices: events.flatMap((event) => ('notice' in event ? [event.notice] : [])),
    facts: Object.fromEntries(events.flatMap((event) => ('fact' in event ? [event.fact] : []))),
    error,
  };
}

/** What a test says of a failure; compared with toMatchObject. */
export const failure = ({ error, reports }: Run): object => ({
  code: error?.code,
  stage: error?.stage,
  message: error?.message,
  hint: error?.hint,
  lastReport: reports.at(-1)?.status,
});
