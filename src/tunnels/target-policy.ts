import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { connectFailed, type PgError } from '../errors/index.ts';

/** Server settings `target_allow` and `target_deny`: addresses or CIDR ranges. */
export interface TargetLists {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

const refusedRanges: readonly (readonly [range: string, what: string])[] = [
  ['169.254.0.0/16', 'a link-local address'],
  ['fe80::/10', 'a link-local address'],
  ['fd00:ec2::254/128', 'a cloud metadata address'],
  ['fd20:ce::254/128', 'a cloud metadata address'],
  ['100.100.100.200/32', 'a cloud metadata address'],
  ['168.63.129.16/32', 'a cloud metadata address'],
  ['192.0.0.192/32', 'a cloud metadata address'],
  ['224.0.0.0/4', 'a multicast address'],
  ['255.255.255.255/32', 'a broadcast address'],
  ['ff00::/8', 'a multicast address'],
];
/** 0.0.0.0 and :: reach the machine itself, as loopback does. */
const loopbackRanges = ['127.0.0.0/8', '::1/128', '0.0.0.0/8', '::/128'];

const refused = refusedRanges.map(([range, what]) => ({ list: blockListOf([range]), what }));
const loopback = blockListOf(loopbackRanges);

/**
 * Why the server may not dial `address` (resolved, not a name) for a connection of this owner; undefined when it may. Behind a tunnel
 * the bastion decides, so this holds for direct connections and for bastions.
 */
export function targetRefusal(address: string, ownerIsSuperuser: boolean, lists: TargetLists): string | undefined {
  const candidate = embeddedIPv4(address) ?? address;
  const builtIn = refused.find(({ list }) => contains(list, candidate));
  if (builtIn !== undefined) return `${address} is ${builtIn.what}`;
  if (contains(blockListOf(lists.deny), candidate)) return `${address} is in target_deny`;
  if (lists.allow.length > 0 && !contains(blockListOf(lists.allow), candidate))
    return `${address} is not in target_allow`;
  if (!ownerIsSuperuser && contains(loopback, candidate)) {
    return `${address} is a loopback address, and only connections of superusers may use those`;
  }
  return undefined;
}

/** 42501 for a target that the policy refuses. `target` names the hop as users know it. */
export function policyRefused(target: string, reason: string): PgError {
  return connectFailed({
    stage: 'policy',
    message: `connections to ${target} are not allowed`,
    detail: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`,
    hint: 'The server refuses link-local and cloud metadata addresses always, loopback for all but superusers, and what the settings target_allow and target_deny say. Behind an SSH TUNNEL the bastion decides instead.',
  });
}

/** @returns the first entry that is neither an address nor a range; for checking a setting before it is stored. */
export function invalidRange(ranges: readonly string[]): string | undefined {
  return ranges.find((range) => parseRange(range) === undefined);
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const parsed = parseRange(range);
    if (parsed !== undefined) list.addSubnet(parsed.address, parsed.prefix, isIPv4(parsed.address) ? 'ipv4' : 'ipv6');
  }
  return list;
}

function parseRange(range: string): { readonly address: string; readonly prefix: number } | undefined {
  const [address = '', prefixText, ...rest] = range.trim().split('/');
  const bits = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : 0;
  if (bits === 0 || rest.length > 0) return undefined;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (prefixText === '' || !Number.isInteger(prefix) || prefix < 0 || prefix > bits) return undefined;
  return { address, prefix };
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** `::ffff:a.b.c.d`, `::a.b.c.d` and NAT64 `64:ff9b::a.b.c.d` lead to an IPv4 address. */
function embeddedIPv4(address: string): string | undefined {
  const bare = address.split('%')[0] ?? address;
  if (!isIPv6(bare)) return undefined;
  const groups = expand(bare);
  const head = groups.slice(0, 6).join(':');
  if (!['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'].includes(head)) return undefined;
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function expand(address: string): readonly string[] {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const plain =
    dotted === null
      ? address
      : address.slice(0, dotted.index) +
        [Number(dotted[1]) * 256 + Number(dotted[2]), Number(dotted[3]) * 256 + Number(dotted[4])]
          .map((group) => group.toString(16))
          .join(':');
  const [left = '', right] = plain.toLowerCase().split('::');
  const before = left === '' ? [] : left.split(':');
  const after = right === undefined || right === '' ? [] : right.split(':');
  const missing = right === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: missing }, () => '0'), ...after].map((group) =>
    Number.parseInt(group, 16).toString(16),
  );
}
