import { describe, expect, it } from 'vitest';
import { invalidRange, policyRefused, targetRefusal } from '../../../src/tunnels/target-policy.ts';

const open = { allow: [], deny: [] };
const refused = (
  address: string,
  superuser = true,
  lists: { allow: string[]; deny: string[] } = { allow: [], deny: [] },
) => targetRefusal(address, superuser, lists) !== undefined;

describe('the target policy', () => {
  it.each([
    '169.254.169.254',
    '169.254.1.1',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fd00:ec2::254',
    '100.100.100.200',
    '168.63.129.16',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '224.0.0.1',
    '255.255.255.255',
    'ff02::1',
  ])('refuses %s to everybody', (address) => {
    expect(refused(address)).toBe(true);
    expect(targetRefusal(address, true, { allow: [`${address.split('%')[0]}`], deny: [] })).toBeDefined();
  });

  it.each(['127.0.0.1', '127.9.9.9', '::1', '0.0.0.0', '::', '::ffff:127.0.0.1'])(
    'allows %s to superusers alone',
    (address) => {
      expect(refused(address, true)).toBe(false);
      expect(refused(address, false)).toBe(true);
    },
  );

  it.each(['10.0.0.1', '192.168.1.1', '8.8.8.8', '2001:4860:4860::8888', 'fd12:3456::1'])('allows %s', (address) => {
    expect(targetRefusal(address, false, open)).toBe(undefined);
  });

  it('follows the lists: deny wins, an allow list leaves nothing else', () => {
    expect(refused('10.1.2.3', true, { allow: [], deny: ['10.0.0.0/8'] })).toBe(true);
    expect(refused('10.1.2.3', true, { allow: ['10.1.0.0/16'], deny: [] })).toBe(false);
    expect(refused('10.2.2.3', true, { allow: ['10.1.0.0/16'], deny: [] })).toBe(true);
    expect(refused('10.1.2.3', true, { allow: ['10.1.0.0/16'], deny: ['10.1.2.3'] })).toBe(true);
    expect(refused('2001:db8::5', true, { allow: ['2001:db8::/32'], deny: [] })).toBe(false);
    expect(refused('::ffff:10.1.2.3', true, { allow: [], deny: ['10.0.0.0/8'] })).toBe(true);
  });

  it('tells which entry of a setting is no range', () => {
    expect(invalidRange(['10.0.0.0/8', '::1', '1.2.3.4'])).toBe(undefined);
    for (const bad of ['10.0.0.0/33', '10.0.0/8', 'host', '::1/129', '1.2.3.4/', '1.2.3.4/8/8']) {
      expect(invalidRange(['10.0.0.0/8', bad])).toBe(bad);
    }
  });

  it('says why, with the permission error', () => {
    const error = policyRefused('meta:80', targetRefusal('169.254.169.254', true, open) ?? '');
    expect(error).toMatchObject({ code: '42501', stage: 'policy', detail: '169.254.169.254 is a link-local address.' });
  });
});
