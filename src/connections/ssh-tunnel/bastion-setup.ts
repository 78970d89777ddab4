import type { HopTarget } from '../kind.ts';
import { hostPort } from '../rules.ts';
import type { SshTunnelDetails } from './details.ts';

/** A connection that is reached through the tunnel. */
export interface Dependant {
  readonly name: string;
  /** Where it goes through this tunnel; null when that is not known yet, with the reason. */
  readonly targets: readonly HopTarget[] | null;
  readonly unknownBecause?: string | undefined;
}

export interface BastionSetupInput {
  /** The tunnel's name, for the comment lines. */
  readonly tunnel: string;
  readonly details: SshTunnelDetails;
  readonly publicKeys: readonly [string, string];
  readonly dependants: readonly Dependant[];
  /** Announced addresses that we come from; empty: not known, and nothing is restricted to them. */
  readonly egressAddresses: readonly string[];
}

/**
 * What the administrator of a bastion does for a tunnel, as a text that may be pasted into a root shell, again and again: comments say why,
 * commands do it.
 * Both keys may forward to exactly what the connections behind the tunnel need, and do nothing else.
 */
export function bastionSetup(input: BastionSetupInput): string {
  const { details, tunnel } = input;
  return [
    `# Bastion of the SSH tunnel "${oneLine(tunnel)}": ${hostPort(details.host, details.port)}`,
    '',
    ...(plainName.test(details.user) ? userAndKeys(input, details.user) : byHand(input)),
    '',
    ...firewall(input),
    '',
  ].join('\n');
}

/** The key itself: base64, in which nothing has a meaning for sed. */
const blobOf = (publicKey: string): string => publicKey.split(' ')[1] ?? '';

/** Names that need no quotes, neither in a shell nor in sshd_config. */
const plainName = /^[A-Za-z_][\w.-]*$/;

function userAndKeys(input: BastionSetupInput, user: string): readonly string[] {
  return [
    '# 1. A user that may log in by key and has no shell',
    `id -u ${user} >/dev/null 2>&1 || useradd --create-home --shell /usr/sbin/nologin --password '*' ${user}`,
    '',
    '# 2. Both keys: one is in use, the other is the next one. They may forward, and nothing else. Of an older text their lines go first',
    ...unknownTargets(input),
    `install -d -m 700 -o ${user} ~${user}/.ssh && touch ~${user}/.ssh/authorized_keys`,
    `sed -i ${input.publicKeys.map((key) => `-e '\\#${blobOf(key)}#d'`).join(' ')} ~${user}/.ssh/authorized_keys`,
    `cat >> ~${user}/.ssh/authorized_keys <<'END'`,
    ...authorizedKeys(input),
    'END',
    `chown ${user}: ~${user}/.ssh/authorized_keys && chmod 600 ~${user}/.ssh/authorized_keys`,
    '',
    '# 3. Forwarding must be allowed for the user',
    `cat > /etc/ssh/sshd_config.d/sallyport-${user}.conf <<'END'`,
    ...sshdConfig(user),
    'END',
    'sshd -t && { systemctl reload ssh || systemctl reload sshd; }',
  ];
}

/** For a user whose name a shell would not take as it is: no commands, so that none can be smuggled in. */
const byHand = (input: BastionSetupInput): readonly string[] => [
  '# The name of the user holds characters that commands cannot be made of. By hand: make the user, without a shell,',
  '# allow it AllowTcpForwarding local, and put these lines into its .ssh/authorized_keys',
  ...unknownTargets(input),
  ...authorizedKeys(input),
];

/** The two lines of authorized_keys. Source: sshd(8), AUTHORIZED_KEYS FILE FORMAT. */
export function authorizedKeys({ publicKeys, dependants, egressAddresses }: BastionSetupInput): readonly string[] {
  const restrictions = [
    'restrict',
    'port-forwarding',
    ...(egressAddresses.length === 0 ? [] : [`from="${egressAddresses.join(',')}"`]),
    ...(isKnown(dependants) ? targetsOf(dependants).map((target) => `permitopen="${target}"`) : []),
  ];
  return publicKeys.map((key) => `${restrictions.join(',')} ${key}`);
}

/** Lines of sshd_config for the tunnel's user. Source: sshd_config(5). */
export const sshdConfig = (user: string): readonly string[] => [
  `Match User ${user}`,
  '  AllowTcpForwarding local',
  '  AllowAgentForwarding no',
  '  X11Forwarding no',
  '  PermitTTY no',
  '  PasswordAuthentication no',
];

const isKnown = (dependants: readonly Dependant[]): boolean =>
  dependants.length > 0 && dependants.every((dependant) => dependant.targets !== null);

const targetsOf = (dependants: readonly Dependant[]): readonly string[] => [
  ...new Set(dependants.flatMap(({ targets }) => (targets ?? []).map(({ host, port }) => hostPort(host, port)))),
];

function unknownTargets({ dependants }: BastionSetupInput): readonly string[] {
  if (dependants.length === 0)
    return ['# (no connection uses the tunnel yet, so the lines name no target: read this text again when one does)'];
  return dependants
    .filter((dependant) => dependant.targets === null)
    .map(
      ({ name, unknownBecause }) =>
        `# (the lines name no target: where "${oneLine(name)}" goes is not known, ${unknownBecause ?? 'it was never validated'})`,
    );
}

function firewall({ details, dependants, egressAddresses }: BastionSetupInput): readonly string[] {
  const targets = targetsOf(dependants);
  return [
    '# The firewall of the bastion must let in',
    egressAddresses.length === 0
      ? `#    TCP port ${details.port} from this server (its address is not announced: see --egress-address)`
      : `#    TCP port ${details.port} from ${egressAddresses.join(', ')}`,
    ...(targets.length === 0 ? [] : ['# and the networks behind it must let the bastion reach']),
    ...targets.map((target) => `#    ${target}`),
  ];
}

/** Names of objects come from users: nothing in them may end a comment. */
const oneLine = (text: string): string => text.replaceAll(/[^ -~]/g, '?');
