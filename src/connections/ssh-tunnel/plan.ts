import { invalidValue, notice, type PgNotice } from '../../errors/index.ts';
import type { Names } from '../kind.ts';
import type { PlannedOptions } from '../options.ts';
import { requiredHost, requiredText, sshTunnelOf } from '../rules.ts';
import type { SshTunnelDetails } from './details.ts';

/** @throws PgError 42601, 22023, 42809 with position. */
export function plan(options: PlannedOptions, names: Names): SshTunnelDetails {
  const host = requiredHost(options);
  const user = requiredText(options, 'USER');
  const position1 = options.valuePosition1('USER');
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (user === '' || user.length > 255 || /[\u0000-\u001f\u007f]/.test(user)) {
    throw invalidValue('invalid USER: not a user name', {
      position1,
      hint: 'Write the user of the bastion to log in as.',
    });
  }
  const through = sshTunnelOf(options, names);
  if (through === names.ownId) {
    throw invalidValue('invalid SSH TUNNEL: a tunnel cannot be reached through itself', {
      position1: options.valuePosition1('SSH TUNNEL'),
    });
  }
  return {
    host,
    port: options.integer('PORT') ?? 22,
    user,
    hostKeys: hostKeysOf(options),
    through,
    ignoredKeys: ignoredKeysOf(options),
  };
}

/** The keys of a pasted SHOW CREATE are not taken: whoever wrote them down does not have the private halves. */
export function notices({ ignoredKeys }: SshTunnelDetails): readonly PgNotice[] {
  if (ignoredKeys.length === 0) return [];
  return [
    notice(
      'successful_completion',
      `${ignoredKeys.join(' and ')} ${ignoredKeys.length === 1 ? 'was' : 'were'} not taken`,
      {
        detail: 'The server makes the key pairs of its tunnels itself.',
        hint: 'Read the new public keys from mz_ssh_tunnel_connections and install both on the bastion.',
      },
    ),
  ];
}

const ignoredKeysOf = (options: PlannedOptions): readonly string[] =>
  ['PUBLIC KEY 1', 'PUBLIC KEY 2'].filter((name) => options.has(name));

/** A new place forgets the keys learned at the old one; RESET (HOST KEY) forgets them by itself. */
export const forgetsObserved = (before: SshTunnelDetails, after: SshTunnelDetails, reset: readonly string[]): boolean =>
  before.host !== after.host || before.port !== after.port || reset.includes('HOST KEY');

const keyTypes = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521', 'ssh-rsa'];

function hostKeysOf(options: PlannedOptions): readonly string[] {
  const position1 = options.valuePosition1('HOST KEY');
  return (options.textList('HOST KEY') ?? []).map((line) => {
    const key = toHostKey(line);
    if (key === undefined) {
      throw invalidValue('invalid HOST KEY: not an SSH public key', {
        position1,
        hint: "Write it as 'ssh-ed25519 AAAA…'; on the bastion: cat /etc/ssh/ssh_host_ed25519_key.pub",
      });
    }
    return key;
  });
}

/** `type base64` of a public key line as a `.pub` file or `ssh-keyscan` gives it; undefined when it is none. */
function toHostKey(line: string): string | undefined {
  const words = line.trim().split(/\s+/);
  const typeIndex = words.findIndex((word) => keyTypes.includes(word));
  const [type, blob] = [words[typeIndex], words[typeIndex + 1]];
  if (typeIndex < 0 || typeIndex > 1 || type === undefined || blob === undefined) return undefined;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(blob)) return undefined;
  const bytes = Buffer.from(blob, 'base64');
  const nameLength = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  const named = bytes.length > 4 + nameLength && bytes.toString('latin1', 4, 4 + nameLength) === type;
  return named ? `${type} ${blob}` : undefined;
}
