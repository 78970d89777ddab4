import { notice, type PgNotice, type StageReport } from '../errors/index.ts';
import type { TunnelCheck, TunnelDefinition } from './contract.ts';
import { address, bastionLabel, forwardRefused, forwardTimedOut } from './errors.ts';
import { ForwardSocket, OpenRefused } from './forward-socket.ts';
import { authorizedKeysLine } from './keys.ts';
import type { LoginResult } from './login.ts';
import { hasNagle, type Session } from './session.ts';
import { startClock } from './stages.ts';
import { race } from './tcp.ts';
import { Until } from './until.ts';

const forwardMs = 5_000;

export interface Examination {
  readonly definition: TunnelDefinition;
  readonly login: LoginResult;
  readonly reports: StageReport[];
  /** Connections that use the tunnel; empty: the bastion's own SSH port is asked for. */
  readonly targets: readonly { readonly host: string; readonly port: number }[];
  readonly egress: readonly string[];
  readonly signal: AbortSignal;
}

/** What VALIDATE tells of a bastion that let us in: its keys, forwarding, and what its administrator should know. Closes the session. */
export async function examine(examination: Examination): Promise<TunnelCheck> {
  const { definition, login, reports, egress } = examination;
  const accepted = [login.accepted.get(1) ?? null, login.accepted.get(2) ?? null] as const;
  try {
    const forwarding = await tryForwarding(examination);
    const found = [keyNotice(definition, accepted), forwarding, bastionNotice(login.session, definition, egress)];
    return { reports, accepted, notices: found.filter((entry) => entry !== undefined) };
  } finally {
    login.session.close();
  }
}

function keyNotice(definition: TunnelDefinition, accepted: TunnelCheck['accepted']): PgNotice | undefined {
  const label = bastionLabel(definition);
  const refused = definition.keys.find((key) => accepted[key.slot - 1] === false);
  const taken = definition.keys.find((key) => accepted[key.slot - 1] === true);
  if (taken === undefined) return undefined;
  if (refused === undefined)
    return notice('successful_completion', `${label} accepts both keys of "${definition.name}"`);
  return notice(
    'successful_completion',
    `${label} accepts key ${taken.slot} of "${definition.name}", but not key ${refused.slot}`,
    {
      detail: `Line for authorized_keys:\n${authorizedKeysLine(refused.publicKey)}`,
      hint:
        refused.slot === 2
          ? 'Add it before the next rotation, which makes key 2 the first key.'
          : 'Key 2 does the work. Add the line, or rotate the keys to make key 2 the first one.',
    },
  );
}

/** Opens a channel as a connection would. Only the bastion's refusal is told: a target has its own VALIDATE. */
async function tryForwarding(examination: Examination): Promise<PgNotice | undefined> {
  const { definition, login, reports, targets, signal } = examination;
  const [target = { host: '127.0.0.1', port: definition.port }] = targets;
  const name = address(target.host, target.port);
  const socket = new ForwardSocket(target.host, target.port);
  const clock = startClock(reports, `${name} through ${bastionLabel(definition)}`);
  using until = new Until([signal], forwardMs);
  const warn = (error: { readonly message: string; readonly hint: string | undefined }): PgNotice =>
    notice('warning', error.message, { severity: 'WARNING', hint: error.hint });
  try {
    const opened = socket.openOn(login.session, () => clock.passed('tunnel.forward'));
    await race(opened, until.signal);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof OpenRefused)) {
      return targets.length > 0 && until.timedOut ? warn(forwardTimedOut(definition, name, forwardMs)) : undefined;
    }
    // Nothing listens on the bastion's own loopback: forwarding itself was allowed.
    if (error.reason !== 1 && targets.length === 0) return undefined;
    return warn(forwardRefused(definition, name, error));
  } finally {
    socket.destroy();
  }
}

function bastionNotice(session: Session, definition: TunnelDefinition, egress: readonly string[]): PgNotice {
  const { serverVersion, algorithms } = session.facts;
  const roundTrip = session.roundTripMs === undefined ? '' : `, round trip ${session.roundTripMs.toFixed(1)} ms`;
  const traps = trapsOf(serverVersion, egress);
  return notice(
    'successful_completion',
    `${bastionLabel(definition)} runs ${serverVersion}${roundTrip}, ${algorithms}`,
    {
      ...(hasNagle(serverVersion)
        ? { detail: 'sshd before 10.1 delays small packets by up to 40 ms; the tunnel works around it.' }
        : {}),
      ...(traps === undefined ? {} : { hint: traps }),
    },
  );
}

/** What makes this version lock its clients out, and the line of sshd_config against it. */
function trapsOf(serverVersion: string, egress: readonly string[]): string | undefined {
  const version = /OpenSSH_(?:for_Windows_)?(\d+)\.(\d+)/.exec(serverVersion);
  if (version === null) return undefined;
  const number = Number(version[1]) * 100 + Number(version[2]);
  const startups = 'MaxStartups 100:30:200';
  if (number < 908) return `For many tunnels at once, in the sshd_config of the bastion: ${startups}`;
  const list = egress.length === 0 ? 'the addresses of mz_egress_ips' : egress.join(',');
  return `This version refuses addresses after failed logins. In the sshd_config of the bastion: PerSourcePenaltyExemptList ${list}, and for many tunnels at once: ${startups}`;
}
