import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  type Change,
  type RoleId,
  type RoleRow,
  Snapshot,
  publicRoleId,
  put,
  remove,
  roleId,
  systemRoleId,
} from '../../../src/catalog/index.ts';
import { canBeSuperuser, effectiveRoles } from '../../../src/plan/privileges.ts';

const id = (n: number): RoleId => roleId(`u${n}`);

const roleRow = (n: number, over: Partial<RoleRow> = {}): RoleRow => ({
  id: id(n),
  oid: n,
  name: `r${n}`,
  inherit: true,
  superuser: false,
  login: true,
  passwordVerifier: null,
  settings: {},
  ...over,
});

type Edge = readonly [role: number, member: number];

const membership = ([role, member]: Edge) => ({ roleId: id(role), memberId: id(member), grantorId: systemRoleId });

const snapshotOf = (roles: readonly RoleRow[], edges: readonly Edge[]): Snapshot =>
  Snapshot.empty().apply([
    ...roles.map((row) => put('roles', row)),
    ...edges.map((edge) => put('roleMembers', membership(edge))),
  ]);

/** By widening until nothing is new: slow, and plain. */
function reachable(from: RoleRow, roles: readonly RoleRow[], edges: readonly Edge[], all: boolean): Set<RoleId> {
  const found = new Set<RoleId>([from.id]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const [role, member] of edges) {
      const inherits = all || roles.find((row) => row.id === id(member))?.inherit === true;
      if (inherits && found.has(id(member))) found.add(id(role));
    }
  }
  return found.add(publicRoleId);
}

const size = 8;
const number = fc.integer({ min: 0, max: size - 1 });
const anyEdges = fc.array(fc.tuple(number, number), { maxLength: 20 });
const anyRoles = fc
  .array(fc.boolean(), { minLength: size, maxLength: size })
  .map((inherits) => inherits.map((inherit, n) => roleRow(n, { inherit })));

describe('the roles that a role acts with', () => {
  it('are those that memberships lead to, in circles too, and stop at NOINHERIT', () => {
    fc.assert(
      fc.property(anyRoles, anyEdges, number, fc.boolean(), (roles, edges, from, all) => {
        const role = roles[from] as RoleRow;
        const found = effectiveRoles(snapshotOf(roles, edges), role, all);
        expect(new Set(found)).toEqual(reachable(role, roles, edges, all));
      }),
    );
  });

  it('follow memberships as they come and go', () => {
    const change = fc.tuple(fc.boolean(), number, number);
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), number, (steps, from) => {
        const roles = Array.from({ length: size }, (_, n) => roleRow(n));
        const edges = new Map<string, Edge>();
        let snapshot = snapshotOf(roles, []);
        for (const [grants, role, member] of steps) {
          const edge: Edge = [role, member];
          if (grants) edges.set(edge.join(), edge);
          else edges.delete(edge.join());
          const row = membership(edge);
          const step: Change = grants ? put('roleMembers', row) : remove('roleMembers', row);
          snapshot = snapshot.apply([step]);
        }
        const role = roles[from] as RoleRow;
        expect(new Set(effectiveRoles(snapshot, role))).toEqual(reachable(role, roles, [...edges.values()], false));
      }),
    );
  });

  it('are found at the end of a chain of 5 000', () => {
    const roles = Array.from({ length: 5_000 }, (_, n) => roleRow(n));
    const edges = roles.slice(1).map((_, n): Edge => [n + 1, n]);
    const found = effectiveRoles(snapshotOf(roles, edges), roles[0] as RoleRow);
    expect(found.size).toBe(roles.length + 1);
  });

  it('are found by looking at the own memberships only', () => {
    const roles = Array.from({ length: 1_000 }, (_, n) => roleRow(n));
    const edges = roles.flatMap((_, n): readonly Edge[] => (n === 0 ? [] : [[0, n]]));
    const snapshot = snapshotOf(roles, edges);
    let looks = 0;
    const counting = new Proxy(snapshot, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          looks += 1;
          return (value as (...given: unknown[]) => unknown).apply(target, args);
        };
      },
    });
    for (const role of roles) expect(effectiveRoles(counting, role).size).toBe(role.id === id(0) ? 2 : 3);
    expect(looks).toBeLessThan(6 * roles.length);
  });
});

it('a role can be a superuser through any membership, inherited or not', () => {
  const roles = [roleRow(0, { superuser: true }), roleRow(1, { inherit: false }), roleRow(2, { inherit: false })];
  const snapshot = snapshotOf(
    [...roles, roleRow(3)],
    [
      [0, 1],
      [1, 2],
    ],
  );
  expect(roles.map((role) => canBeSuperuser(snapshot, role))).toEqual([true, true, true]);
  expect(canBeSuperuser(snapshot, roleRow(3))).toBe(false);
});
