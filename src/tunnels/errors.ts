import { connectFailed, type PgError, queryCancelled, type Stage } from '../errors/index.ts';
import type { TunnelDefinition } from './contract.ts';
import type { HostKeyVerdict, PresentedHostKey } from './host-keys.ts';
import { authorizedKeysLine } from './keys.ts';

/** What a failed login says about the bastion, and so how long automatic dials stay away from it. */
export type FailureKind =
  /** Not there or not answering. */
  | 'down'
  /** MaxStartups: it is there, but we were too many at once. */
  | 'crowded'
  /** OpenSSH 9.8 and newer: our address is being punished. */
  | 'penalised'
  /** It answered and will say the same again: wrong key, wrong host key, no common algorithm, not an SSH server. */
  | 'refused'
  /** Nothing that the bastion did: policy, cancel. */
  | 'ours';

/** A login that failed: what to tell, and what to do about it. */
export class LoginFailure extends Error {
  readonly error: PgError;
  readonly kind: FailureKind;
  /** What the bastion had said of the keys it was asked about. */
  readonly asked: ReadonlyMap<1 | 2, boolean>;

  constructor(error: PgError, kind: FailureKind, asked: ReadonlyMap<1 | 2, boolean> = new Map()) {
    super(error.message, { cause: error });
    this.error = error;
    this.kind = kind;
    this.asked = asked;
  }
}

export interface BastionAddress {
  readonly host: string;
  readonly port: number;
  /** The tunnel that leads to it: behind another one the same address is another machine. */
  readonly through?: string | null;
}

/** `bastion "b.example.com:22"`. */
export const bastionLabel = (definition: BastionAddress): string =>
  `bastion "${address(definition.host, definition.port)}"`;

/** `db.internal:5432`, `[::1]:5432`. */
export const address = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

const firewallHint =
  'Check host and port, and that the firewall there lets in the addresses that SELECT * FROM mz_egress_ips shows.';

/** 08001: a name that has no address. `resolve` stages. */
export function notResolved(stage: Stage, target: string, host: string, cause: unknown): PgError {
  const temporary = codeOf(cause) === 'EAI_AGAIN';
  return connectFailed({
    stage,
    message: `could not resolve the address of ${target}: ${temporary ? 'name resolution failed for now' : `no such host "${host}"`}`,
    hint: temporary
      ? 'The name service did not answer. Try again, or check the resolver of the server.'
      : 'Check the spelling of HOST. The name is looked up by the server itself, unless the connection uses an SSH TUNNEL.',
    cause,
  });
}

/** 08001: no TCP connection. `target` is a bastion's label or an address. */
export function notConnected(stage: Stage, target: string, cause: unknown): PgError {
  const code = codeOf(cause);
  const known = connectReasons[code ?? ''];
  return connectFailed({
    stage,
    message: `could not connect to ${target}: ${known?.reason ?? messageOf(cause)}`,
    hint: known?.hint ?? firewallHint,
    cause,
  });
}

const connectReasons: Readonly<Record<string, { readonly reason: string; readonly hint: string }>> = {
  ECONNREFUSED: {
    reason: 'connection refused',
    hint: 'The machine answers, but nothing listens on that port. Check PORT and that the service runs.',
  },
  ETIMEDOUT: { reason: 'no answer in time', hint: firewallHint },
  EHOSTUNREACH: { reason: 'no route to host', hint: firewallHint },
  ENETUNREACH: {
    reason: 'network unreachable',
    hint: 'The server has no route there. An IPv6 address needs IPv6 on both sides.',
  },
  ECONNRESET: { reason: 'connection reset', hint: firewallHint },
  EADDRNOTAVAIL: {
    reason: 'the egress address cannot be used',
    hint: 'Check --egress-address: an address of this machine must be able to reach the target.',
  },
};

/** 08001 at a deadline of ours. */
export function timedOut(stage: Stage, target: string, afterMs: number): PgError {
  return notConnected(stage, target, Object.assign(new Error(`no answer within ${afterMs} ms`), { code: 'ETIMEDOUT' }));
}

/** 57014, or the reason that the signal carries when it is an error with a deadline. */
export function cancelled(signal: AbortSignal): PgError {
  const reason: unknown = signal.reason;
  const timeout = reason instanceof Error && reason.name === 'TimeoutError';
  return queryCancelled(timeout ? 'canceling statement due to statement timeout' : undefined, { cause: reason });
}

/** 28000: neither key was taken. SSH gives one answer for many causes, so the hint names them in order of likelihood. */
export function keysRefused(
  definition: TunnelDefinition,
  offered: readonly (1 | 2)[],
  cause: { readonly tooManyTries: boolean; readonly error: unknown; readonly asked: ReadonlyMap<1 | 2, boolean> },
): LoginFailure {
  const what = offered.length === 2 ? 'both keys' : `key ${offered[0] ?? 1}`;
  const user = definition.user;
  const lines = definition.keys.map((key) => authorizedKeysLine(key.publicKey)).join('\n');
  const tries = cause.tooManyTries
    ? ' It allows too few tries to offer both keys (MaxAuthTries): install the first key, or raise MaxAuthTries to 2 or more.'
    : '';
  return new LoginFailure(
    connectFailed({
      stage: 'bastion.authenticate',
      message: `${bastionLabel(definition)} rejected ${what} of "${definition.name}" for user "${user}"`,
      hint:
        `Add these two lines to the authorized_keys file of user "${user}" on the bastion:\n${lines}\n` +
        `If they are there already: the user does not exist or is locked, the files' permissions are too open ` +
        `(chmod 700 ~/.ssh; chmod 600 ~/.ssh/authorized_keys), a from= or expiry-time= option forbids the key, ` +
        `or the bastion does not accept ssh-ed25519 keys.${tries}`,
      cause: cause.error,
    }),
    'refused',
    cause.asked,
  );
}

/** 08001: another host key than the pinned one. */
export function hostKeyRefused(
  definition: TunnelDefinition,
  presented: PresentedHostKey,
  verdict: HostKeyVerdict & { readonly accepted: false },
): LoginFailure {
  const label = bastionLabel(definition);
  const expected = verdict.expected.join(', ');
  const texts = {
    changed: {
      message: `${label} presented an unexpected host key`,
      detail: `Expected ${expected}, presented ${presented.fingerprint} (${presented.algorithm}).`,
      hint: `Someone may stand between the server and the bastion. If the bastion was set up anew, accept its key: ALTER CONNECTION ${definition.name} RESET (HOST KEY).`,
    },
    'not-declared': {
      message: `${label} presented a host key that is not declared`,
      detail: `Declared ${expected}, presented ${presented.fingerprint} (${presented.algorithm}).`,
      hint: `Someone may stand between the server and the bastion. If the new key is right: ALTER CONNECTION ${definition.name} SET (HOST KEY '${presented.publicKey}').`,
    },
    'not-known': {
      message: `the host key of ${label} is not known`,
      detail: `Presented ${presented.fingerprint} (${presented.algorithm}). The setting ssh_host_key_policy is strict.`,
      hint: `Compare the fingerprint with the bastion's (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub there), then: ALTER CONNECTION ${definition.name} SET (HOST KEY '${presented.publicKey}').`,
    },
  };
  return new LoginFailure(connectFailed({ stage: 'bastion.host-key', ...texts[verdict.why] }), 'refused');
}

/**
 * The handshake failed. `heard` is what the bastion sent before any SSH: the only thing that tells MaxStartups, a penalty and a web server
 * apart, since ssh2 says `Connection lost before handshake` to all of them.
 */
export function handshakeFailed(definition: TunnelDefinition, cause: Error, heard: string): LoginFailure {
  const label = bastionLabel(definition);
  const found = handshakeCauses.find(({ matches }) => matches(cause.message, heard));
  const failure = (kind: FailureKind, reason: string, hint: string) =>
    new LoginFailure(
      connectFailed({ stage: 'bastion.handshake', message: `no SSH session with ${label}: ${reason}`, hint, cause }),
      kind,
    );
  if (found !== undefined) return failure(found.kind, found.reason, found.hint);
  if (heard !== '' && !heard.startsWith('SSH-')) {
    const words = heard.split(/[\r\n]/)[0] ?? '';
    return failure('refused', `it is not an SSH server, it says "${printable(words)}"`, 'Check HOST and PORT.');
  }
  if (cause.message.includes('before handshake')) {
    return failure(
      'down',
      'it closed the connection before the SSH greeting',
      'The port may not be SSH, a firewall or TCP wrapper may close connections from here, or sshd has too many logins under way (MaxStartups).',
    );
  }
  return failure('down', printable(cause.message), 'The log of sshd on the bastion (journalctl -u ssh) tells more.');
}

const handshakeCauses: readonly {
  readonly matches: (message: string, heard: string) => boolean;
  readonly kind: FailureKind;
  readonly reason: string;
  readonly hint: string;
}[] = [
  {
    matches: (_, heard) => heard.startsWith('Exceeded MaxStartups'),
    kind: 'crowded',
    reason: 'too many logins are under way on it (MaxStartups)',
    hint: 'The server waits and tries again by itself. On the bastion: MaxStartups 100:30:200 in /etc/ssh/sshd_config.',
  },
  {
    matches: (_, heard) => heard.startsWith('Not allowed at this time'),
    kind: 'penalised',
    reason: 'it refuses connections from here for now (PerSourcePenalties or MaxStartups)',
    hint: 'Earlier failed logins from our address caused this; it ends by itself, usually within 15 seconds to some minutes. On the bastion: PerSourcePenaltyExemptList with the addresses of mz_egress_ips.',
  },
  {
    matches: (message) => message.includes('no matching'),
    kind: 'refused',
    reason: 'no common algorithm',
    hint: 'The bastion must offer one of: KexAlgorithms curve25519-sha256, ecdh-sha2-nistp256, diffie-hellman-group14-sha256; Ciphers aes128-gcm@openssh.com, chacha20-poly1305@openssh.com, aes256-ctr; MACs hmac-sha2-256. Post-quantum key exchange alone is not enough.',
  },
  {
    matches: (message, heard) => message.includes('in time') && heard === '',
    kind: 'down',
    reason: 'it accepts connections but sends no SSH greeting',
    hint: 'The port may belong to another service, or the bastion is overloaded or frozen.',
  },
  {
    matches: (message) => message.includes('in time'),
    kind: 'down',
    reason: 'it stopped answering during the handshake',
    hint: 'The bastion is overloaded or frozen, or a firewall drops packets (an MTU problem looks like this).',
  },
];

/** 08006: the session under a channel ended. The cause carries ECONNRESET for clients that look for it. */
export function sessionLost(definition: BastionAddress, reason: string): PgError {
  return connectFailed({
    stage: 'tunnel.session',
    message: `lost the SSH session with ${bastionLabel(definition)}: ${reason}`,
    hint: 'The next use dials again by itself.',
    cause: Object.assign(new Error(reason), { code: 'ECONNRESET' }),
  });
}

/** 08006: one channel broke, its session lives. */
export function channelBroken(target: string, cause: Error): PgError {
  return connectFailed({
    stage: 'tunnel.session',
    message: `the connection to ${target} was ended: ${cause.message}`,
    cause,
  });
}

/** sshd answers policy refusals with reason 1, everything else with reason 2 and the text of the failed connect. */
export function forwardRefused(
  definition: BastionAddress,
  target: string,
  refusal: { readonly reason: number; readonly text: string },
): PgError {
  const label = bastionLabel(definition);
  const failed = (reason: string, hint: string) =>
    connectFailed({ stage: 'tunnel.forward', message: `${label} could not connect to ${target}: ${reason}`, hint });
  if (refusal.reason === 1) {
    return connectFailed({
      stage: 'tunnel.forward',
      message: `${label} refused to forward to ${target} (administratively prohibited)`,
      hint:
        'On the bastion: AllowTcpForwarding yes (or local) and DisableForwarding no in /etc/ssh/sshd_config, a PermitOpen there ' +
        `must name ${target}, and the key's line in authorized_keys must not say restrict or no-port-forwarding without port-forwarding, ` +
        `nor a permitopen= that leaves out ${target}.`,
    });
  }
  const found = forwardCauses.find(({ pattern }) => pattern.test(refusal.text));
  if (found !== undefined) return failed(found.reason, found.hint);
  return failed(printable(refusal.text), "The text is the bastion's own.");
}

const forwardCauses: readonly { readonly pattern: RegExp; readonly reason: string; readonly hint: string }[] = [
  {
    pattern: /refused/i,
    reason: 'connection refused',
    hint: 'The bastion reaches the machine, but nothing listens on that port there, or its firewall rejects the bastion. Check PORT.',
  },
  {
    pattern: /not known|no address|name resolution|resolve/i,
    reason: 'the bastion does not know that name',
    hint: 'The name is looked up on the bastion. Check HOST there: getent hosts NAME.',
  },
  {
    pattern: /timed out/i,
    reason: 'no answer in time',
    hint: 'A firewall between the bastion and the target drops packets, or the target is down.',
  },
  { pattern: /no route|unreachable/i, reason: 'no route to host', hint: 'The bastion has no way to that address.' },
  {
    pattern: /^open failed$/i,
    reason: 'it could not start the connection',
    hint: 'The bastion has no route to that address, or sshd there is out of open files (LimitNOFILE=65535 for the ssh service).',
  },
];

/** 08004: our own deadline for a channel. */
export function forwardTimedOut(definition: BastionAddress, target: string, afterMs: number): PgError {
  return connectFailed({
    stage: 'tunnel.forward',
    message: `${bastionLabel(definition)} could not connect to ${target}: no answer within ${Math.round(afterMs / 1000)} s`,
    hint: 'A firewall between the bastion and the target drops packets, or the target is down.',
  });
}

export function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Bytes of a stranger, fit for a message: one line, no control characters, not long. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?').slice(0, 120);
}

/** The last failure again, for a dial that comes before the next try. Code, hop and remedy stay the same. */
export function notYet(last: PgError, failedAgoMs: number, retryInMs: number): PgError {
  const seconds = (ms: number) => Math.max(1, Math.round(ms / 1000));
  return connectFailed({
    stage: (last.stage ?? 'bastion.connect') as Stage,
    code: last.condition,
    message: last.message,
    detail: [
      last.detail,
      `The last try failed ${seconds(failedAgoMs)} s ago, the next one is in ${seconds(retryInMs)} s. VALIDATE CONNECTION tries at once.`,
    ]
      .filter((line) => line !== undefined)
      .join('\n'),
    hint: last.hint,
    cause: last,
  });
}

/** 53300: a session's channels are used up on every session that a tunnel may have. */
export function tooManyChannels(definition: BastionAddress): PgError {
  return connectFailed({
    stage: 'tunnel.forward',
    code: 'too_many_connections',
    message: `too many connections through ${bastionLabel(definition)}`,
    hint: 'Close some, or declare a second SSH TUNNEL to the same bastion.',
  });
}

/** 57P01: the tunnel was dropped or the server stops. */
export function tunnelClosed(name: string): PgError {
  return connectFailed({
    stage: 'tunnel.session',
    code: 'admin_shutdown',
    message: `tunnel "${name}" was closed`,
  });
}
