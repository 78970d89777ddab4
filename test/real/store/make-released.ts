/** Makes the data directory that a release leaves behind, for `released/`: run it once with each release that has a new format, on a new folder. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import {
  databaseId,
  itemId,
  materializeRoleId,
  publicRoleId,
  put,
  roleId,
  schemaId,
} from '../../../src/catalog/index.ts';
import { auditEvent, connectionRow, contents, creation } from '../../support/catalog-rows.ts';
import { openDataDirectory } from '../../support/data-directory.ts';

const [, , directory = ''] = argv;
{
  await using opened = await openDataDirectory(directory);
  const { store, observations, sealer } = opened;
  const sealed = sealer.seal(Buffer.from('a released secret'), 'u2/value');
  await store.commit(
    store.current.version,
    [
      ...creation(1, { type: 'ssh-tunnel' }),
      ...creation(2, { kind: 'secret', type: null }),
      put('items', connectionRow(3, { dependsOn: [itemId('u2'), itemId('u1')] })),
      put('sealed', { itemId: itemId('u2'), slot: 'value', sealed }),
      put('sshTunnelKeys', {
        itemId: itemId('u1'),
        slot: 1,
        publicKey: 'ssh-ed25519 AAAA materialize',
        fingerprint: 'SHA256:a/b+c',
        createdAt: '2026-01-01T00:00:00.000Z',
      }),
      put('databases', { id: databaseId('u2'), oid: 40_000, name: 'd', ownerId: materializeRoleId, privileges: [] }),
      put('schemas', {
        id: schemaId('u2'),
        oid: 40_001,
        databaseId: databaseId('u2'),
        name: 's',
        ownerId: materializeRoleId,
        privileges: [{ grantee: publicRoleId, grantor: materializeRoleId, privileges: ['U', 'C'] }],
      }),
      put('roles', {
        id: roleId('u2'),
        oid: 40_002,
        name: 'app',
        inherit: true,
        superuser: false,
        login: true,
        passwordVerifier: null,
        settings: { search_path: 'a, b' },
      }),
      put('roleMembers', { roleId: materializeRoleId, memberId: roleId('u2'), grantorId: materializeRoleId }),
      put('comments', { objectKind: 'connection', objectId: 'u1', subId: 0, comment: 'the way in' }),
      put('defaultPrivileges', {
        roleId: publicRoleId,
        databaseId: databaseId('u2'),
        schemaId: null,
        objectKind: 'secret',
        grantee: roleId('u2'),
        privileges: ['U'],
      }),
      put('systemPrivileges', { grantee: roleId('u2'), grantor: materializeRoleId, privileges: ['R'] }),
      put('systemSettings', { name: 'target_allow', value: '10.0.0.0/8' }),
      put('counters', { name: 'item', next: 4 }),
    ],
    [auditEvent({ id: 'u1' })],
  );
  observations.hostKeySeen('u1', { algorithm: 'ssh-ed25519', fingerprint: 'SHA256:h', publicKey: 'ssh-ed25519 BBBB' });
  observations.keyAccepted('u1', { fingerprint: 'SHA256:a/b+c', bastion: 'bastion:22' });
  const { sealed: _, ...expected } = contents(store.current);
  writeFileSync(join(directory, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
}
for (const name of ['server.lock', 'server.pid']) rmSync(join(directory, name));
