import {
  type Change,
  type ItemRow,
  databaseId,
  itemId,
  materializeRoleId,
  publicRoleId,
  put,
  roleId,
  schemaId,
} from '../../../src/catalog/index.ts';

/** Catalog rows as statements would make them, for tests of what reads them. */

const publicSchema = schemaId('u1');

export function tunnel(number: number, name = `t${number}`): readonly Change[] {
  const id = itemId(`u${number}`);
  return [
    put('items', {
      ...item(number, name),
      kind: 'connection',
      type: 'ssh-tunnel',
      createSql: `CREATE CONNECTION materialize.public.${name} TO SSH TUNNEL (HOST = 'h', USER = 'u', PORT = 22)`,
      facts: { host: 'h', port: 22, user: 'u', hostKeys: [], through: null },
    }),
    ...([1, 2] as const).map((slot) =>
      put('sshTunnelKeys', {
        itemId: id,
        slot,
        publicKey: `ssh-ed25519 AAAA${number}${slot} materialize`,
        fingerprint: `SHA256:${number}${slot}`,
        createdAt: '2026-01-01T00:00:00.000Z',
      }),
    ),
  ];
}

export function postgres(number: number, name: string, dependsOn: readonly number[] = []): Change {
  return put('items', {
    ...item(number, name),
    kind: 'connection',
    type: 'postgres',
    dependsOn: dependsOn.map((needed) => itemId(`u${needed}`)),
    createSql: `CREATE CONNECTION materialize.public.${name} TO POSTGRES (HOST = 'h', USER = 'u', DATABASE = 'd')`,
    facts: { host: 'h', port: 5432, database: 'd' },
  });
}

export const secret = (number: number, name: string): Change =>
  put('items', {
    ...item(number, name),
    kind: 'secret',
    createSql: `CREATE SECRET materialize.public.${name} AS '********'`,
  });

export const role = (
  number: number,
  name: string,
  fields: { readonly superuser?: boolean; readonly login?: boolean } = {},
): Change =>
  put('roles', {
    id: roleId(`u${number}`),
    oid: 21_000 + number,
    name,
    inherit: true,
    superuser: fields.superuser ?? false,
    login: fields.login ?? true,
    passwordVerifier: 'SCRAM-SHA-256$4096:c2FsdA==$verifier-of-a-password:x',
    settings: {},
  });

export const database = (number: number, name: string): Change =>
  put('databases', {
    id: databaseId(`u${number}`),
    oid: 22_000 + number,
    name,
    ownerId: materializeRoleId,
    privileges: [],
  });

export const schema = (number: number, name: string, inDatabase = 1): Change =>
  put('schemas', {
    id: schemaId(`u${number}`),
    oid: 23_000 + number,
    databaseId: databaseId(`u${inDatabase}`),
    name,
    ownerId: materializeRoleId,
    privileges: [{ grantee: publicRoleId, grantor: materializeRoleId, privileges: ['U'] }],
  });

function item(number: number, name: string): ItemRow {
  return {
    id: itemId(`u${number}`),
    oid: 30_000 + number,
    schemaId: publicSchema,
    name,
    kind: 'secret',
    type: null,
    ownerId: materializeRoleId,
    privileges: [{ grantee: materializeRoleId, grantor: materializeRoleId, privileges: ['U'] }],
    createSql: '',
    dependsOn: [],
    facts: {},
  };
}
