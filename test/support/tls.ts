import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate with its key, as PEM text. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

export interface IssueOptions {
  readonly commonName: string;
  /** `DNS:db.internal`, `IP:127.0.0.1`; none for clients. */
  readonly names?: readonly string[];
  /** Ended yesterday. */
  readonly expired?: boolean;
}

/** A certificate authority of the test's own. */
export interface Authority {
  readonly certificate: string;
  issue(options: IssueOptions): Issued;
}

const keyArguments = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes an authority with openssl, a program of another make than the one under test. */
export function createAuthority(commonName: string): Authority {
  const made = inFolder((folder) => {
    openssl(
      folder,
      'req',
      '-x509',
      ...keyArguments,
      '-days',
      '30',
      '-subj',
      `/CN=${commonName}`,
      '-keyout',
      'key',
      '-out',
      'pem',
    );
    return { certificate: read(folder, 'pem'), key: read(folder, 'key') };
  });
  return { certificate: made.certificate, issue: (options) => issue(made, options) };
}

function issue(authority: Issued, { commonName, names = [], expired = false }: IssueOptions): Issued {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'ca.pem'), authority.certificate);
    writeFileSync(join(folder, 'ca.key'), authority.key);
    const extensions = [
      'basicConstraints=CA:FALSE',
      'extendedKeyUsage=serverAuth,clientAuth',
      ...(names.length > 0 ? [`subjectAltName=${names.join(',')}`] : []),
    ];
    writeFileSync(join(folder, 'ext'), `${extensions.join('\n')}\n`);
    openssl(folder, 'req', ...keyArguments, '-subj', `/CN=${commonName}`, '-keyout', 'key', '-out', 'csr');
    openssl(
      folder,
      ...['x509', '-req', '-in', 'csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', expired ? '-1' : '30', '-extfile', 'ext', '-out', 'pem'],
    );
    return { certificate: read(folder, 'pem'), key: read(folder, 'key') };
  });
}

function openssl(folder: string, ...args: string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

const read = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');

function inFolder<T>(body: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-tls-'));
  try {
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
