import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { fingerprintOf } from '../../../src/self-signed.ts';
import { firstPassword, startSallyport } from '../../support/sallyport.ts';

const timeoutMs = 600_000;

it(
  '--tls auto makes a certificate that clients can pin, and lets other machines in with it alone',
  async () => {
    const outside = Object.entries(networkInterfaces())
      // Those of other tests' private networks come and go.
      .flatMap(([name, each]) => (name.startsWith('spt') ? [] : (each ?? [])))
      .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
    expect(outside, 'this test needs an address that is not loopback').toBeDefined();
    const host = outside ?? '';
    await using server = await startSallyport({ args: ['--auth', 'scram', '--tls', 'auto'], host });
    const file = join(server.dataDir, 'tls/server.crt');
    expect(server.stdout).toContain(`TLS with the certificate ${file}`);
    expect(server.stdout).toContain(fingerprintOf(file));
    expect(statSync(join(server.dataDir, 'tls')).mode & 0o777).toBe(0o700);
    expect(statSync(join(server.dataDir, 'tls/server.key')).mode & 0o777).toBe(0o600);

    const connection = `host=${host} port=${server.sqlPort} user=materialize dbname=materialize`;
    const psql = async (more: string): Promise<string> => {
      const env = { ...process.env, PGPASSWORD: firstPassword(server), PGCONNECT_TIMEOUT: '60' };
      const args = ['-XAtw', '-c', 'SHOW session_authorization', `${connection} ${more}`];
      const { stdout, stderr } = await promisify(execFile)('psql', args, { env }).catch(
        (error: { readonly stdout: string; readonly stderr: string }) => error,
      );
      return stdout + stderr;
    };
    expect(await psql(`sslmode=verify-full sslrootcert=${file}`)).toBe('materialize\n');
    expect(await psql('sslmode=require channel_binding=require')).toBe('materialize\n');
    expect(await psql('sslmode=disable')).toContain('no plaintext connection');

    const before = fingerprintOf(file);
    await server.restart();
    expect(fingerprintOf(file)).toBe(before);
    expect(await psql(`sslmode=verify-full sslrootcert=${file}`)).toBe('materialize\n');
  },
  timeoutMs,
);
