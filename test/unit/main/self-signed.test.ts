import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { ensureSelfSigned, fingerprintOf } from '../../../src/self-signed.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const dayMs = 86_400_000;
const filesIn = (path: string) => ({ certFile: join(path, 'tls/server.crt'), keyFile: join(path, 'tls/server.key') });
const laterBy = (days: number): Date => new Date(Date.now() + days * dayMs);

describe('the pair that the server makes itself', () => {
  it('is one that OpenSSL takes, for the names that clients use', () => {
    using directory = temporaryDirectory();
    const files = filesIn(directory.path);
    ensureSelfSigned(files, '192.0.2.7');
    expect(statSync(files.keyFile).mode & 0o777).toBe(0o600);
    const certificate = new X509Certificate(readFileSync(files.certFile));
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    for (const name of ['localhost', hostname()]) expect(certificate.checkHost(name)).toBe(name);
    for (const address of ['127.0.0.1', '::1', '192.0.2.7']) expect(certificate.checkIP(address)).toBe(address);
    expect(certificate.checkHost('elsewhere.example')).toBeUndefined();
    createSecureContext({ cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) });
    const purpose = ['-x509_strict', '-purpose', 'sslserver', '-CAfile', files.certFile, files.certFile];
    expect(execFileSync('openssl', ['verify', ...purpose], { encoding: 'utf8' })).toContain('OK');
    const shown = execFileSync('openssl', ['x509', '-noout', '-fingerprint', '-sha256', '-in', files.certFile], {
      encoding: 'utf8',
    });
    expect(shown.trim().split('=')[1]).toBe(fingerprintOf(files.certFile));
  });

  it('names the addresses of the machine where it listens on all of them, IPv6 in full', () => {
    using directory = temporaryDirectory();
    const files = filesIn(directory.path);
    ensureSelfSigned(files, '::');
    expect(new X509Certificate(readFileSync(files.certFile)).checkIP('127.0.0.1')).toBe('127.0.0.1');
    ensureSelfSigned(files, '2001:db8::a:0:1');
    const certificate = new X509Certificate(readFileSync(files.certFile));
    expect(certificate.subjectAltName).toContain('IP Address:2001:DB8:0:0:0:A:0:1');
  });

  it('stays until shortly before its end, and keeps its key then', () => {
    using directory = temporaryDirectory();
    const files = filesIn(directory.path);
    ensureSelfSigned(files, 'localhost');
    const [first, key] = [fingerprintOf(files.certFile), readFileSync(files.keyFile, 'utf8')];
    ensureSelfSigned(files, 'localhost', laterBy(699));
    expect(fingerprintOf(files.certFile)).toBe(first);
    ensureSelfSigned(files, 'localhost', laterBy(701));
    expect(fingerprintOf(files.certFile)).not.toBe(first);
    expect(readFileSync(files.keyFile, 'utf8')).toBe(key);
    const endsAt = Date.parse(new X509Certificate(readFileSync(files.certFile)).validTo);
    expect(endsAt).toBeGreaterThan(laterBy(1400).getTime());
  });

  it('is made anew when it lacks the host listened on, or cannot be read', () => {
    using directory = temporaryDirectory();
    const files = filesIn(directory.path);
    ensureSelfSigned(files, '127.0.0.1');
    const first = fingerprintOf(files.certFile);
    ensureSelfSigned(files, 'db.example.com');
    expect(fingerprintOf(files.certFile)).not.toBe(first);
    const key = readFileSync(files.keyFile, 'utf8');
    writeFileSync(files.certFile, 'nonsense');
    ensureSelfSigned(files, 'db.example.com');
    expect(readFileSync(files.keyFile, 'utf8')).toBe(key);
    writeFileSync(files.keyFile, 'nonsense');
    ensureSelfSigned(files, 'db.example.com');
    createSecureContext({ cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) });
  });
});
