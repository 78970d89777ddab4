import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  type Acl,
  type AclItem,
  type Privilege,
  changeOwner,
  formatAcl,
  formatAclItem,
  grant,
  holds,
  mentions,
  parseAclItem,
  publicRoleId,
  revoke,
  roleId,
  withoutGrantee,
} from '../../../src/catalog/index.ts';

const item = (text: string): AclItem => parseAclItem(text);
const list = (...texts: string[]): Acl => texts.map(item);

const roles = fc.constantFrom('u1', 'u2', 'u3', 'u4', 's1').map(roleId);
const privileges = fc.subarray<Privilege>(['r', 'a', 'w', 'd', 'U', 'C', 'R', 'B', 'N', 'P'], { minLength: 1 });
const items = fc.record({ grantee: fc.oneof(roles, fc.constant(publicRoleId)), grantor: roles, privileges });
const acls = fc.array(items, { maxLength: 8 }).map((each) => each.reduce(grant, [] as Acl));

describe('acl texts', () => {
  it('are what clients compare with', () => {
    expect(formatAcl(list('u1=U/s1', 'u5=U/s1', '=U/s1'))).toBe('{u1=U/s1,u5=U/s1,=U/s1}');
    expect(formatAcl([])).toBe('{}');
  });

  it('list the letters in the order of the manual', () => {
    expect(formatAclItem({ grantee: roleId('u1'), grantor: roleId('s1'), privileges: ['C', 'U', 'd', 'r'] })).toBe(
      'u1=rdUC/s1',
    );
  });

  it('read back what they print', () => {
    fc.assert(
      fc.property(items, (each) => {
        expect(formatAclItem(parseAclItem(formatAclItem(each)))).toBe(formatAclItem(each));
      }),
    );
  });

  it('refuse what they never print', () => {
    for (const text of ['', 'u1=/s1', 'u1=X/s1', 'u1=U', '"a"=U/s1']) expect(() => parseAclItem(text)).toThrow('acl');
  });
});

describe('grant and revoke', () => {
  it('keep one item per grantee and grantor', () => {
    const acl = [item('u2=U/u1'), item('u2=C/u1'), item('u2=U/u3')].reduce(grant, [] as Acl);
    expect(formatAcl(acl)).toBe('{u2=UC/u1,u2=U/u3}');
    expect(formatAcl(revoke(acl, item('u2=U/u1')))).toBe('{u2=C/u1,u2=U/u3}');
    expect(formatAcl(revoke(acl, item('u2=UC/u1')))).toBe('{u2=U/u3}');
  });

  it('do nothing to what is not there', () => {
    const acl = list('u2=U/u1');
    expect(revoke(acl, item('u2=U/u3'))).toBe(acl);
    expect(revoke(acl, item('u2=C/u1'))).toEqual(acl);
    expect(grant(acl, { ...item('u3=U/u1'), privileges: [] })).toBe(acl);
  });

  it('hold after a grant and no longer after the revoke of the only grantor', () => {
    fc.assert(
      fc.property(acls, items, (acl, each) => {
        const granted = grant(acl, each);
        for (const privilege of each.privileges) expect(holds(granted, new Set([each.grantee]), privilege)).toBe(true);
        const others = revoke(granted, each).filter(
          ({ grantee }) => grantee === each.grantee || grantee === publicRoleId,
        );
        for (const privilege of each.privileges) {
          const fromOthers = others.some((other) => other.privileges.includes(privilege));
          expect(holds(revoke(granted, each), new Set([each.grantee]), privilege)).toBe(fromOthers);
        }
      }),
    );
  });

  it('leave no item empty and none twice', () => {
    fc.assert(
      fc.property(acls, items, roles, roles, (acl, each, before, after) => {
        for (const result of [grant(acl, each), revoke(acl, each), changeOwner(acl, before, after)]) {
          const keys = result.map(({ grantee, grantor }) => `${grantee}/${grantor}`);
          expect(new Set(keys).size).toBe(keys.length);
          expect(result.every((one) => one.privileges.length > 0)).toBe(true);
        }
      }),
    );
  });
});

describe('an owner who changes', () => {
  it('takes over what the one before gave and held', () => {
    expect(formatAcl(changeOwner(list('=U/u1', 'u1=UC/u1', 'u2=C/u1', 'u2=U/u2'), roleId('u1'), roleId('u2')))).toBe(
      '{=U/u2,u2=UC/u2}',
    );
  });

  it('is no longer named in the list', () => {
    fc.assert(
      fc.property(acls, (acl) => {
        expect(mentions(changeOwner(acl, roleId('u1'), roleId('u9')), roleId('u1'))).toBe(false);
      }),
    );
  });
});

it('PUBLIC stands for every role', () => {
  expect(holds(list('=U/u1'), new Set([roleId('u7')]), 'U')).toBe(true);
  expect(holds(list('=U/u1'), new Set(), 'C')).toBe(false);
});

it('a role without its grants is a grantee no more', () => {
  expect(formatAcl(withoutGrantee(list('u2=U/u1', 'u2=C/u3', 'u3=U/u2'), roleId('u2')))).toBe('{u3=U/u2}');
});
