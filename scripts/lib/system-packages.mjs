import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fail, onPath, run } from './run.mjs';

/**
 * What the tests run for real, beside npm packages: how it is recognised (a newer one outside apt counts), and Debian's package.
 * `used`: 'tests' are needed by `npm test`, 'clients' by `npm run test:clients`.
 */
const packages = [
  { name: 'OpenSSH server', debian: 'openssh-server', used: 'tests', present: () => onPath('sshd') },
  { name: 'PostgreSQL server', debian: 'postgresql', used: 'tests', present: postgresPresent },
  { name: 'psql', debian: 'postgresql-client', used: 'tests', present: () => onPath('psql') },
  { name: 'PgBouncer', debian: 'pgbouncer', used: 'tests', present: () => onPath('pgbouncer') },
  { name: 'MariaDB server', debian: 'mariadb-server', used: 'tests', present: () => onPath('mariadbd') },
  { name: 'ip (iproute2)', debian: 'iproute2', used: 'tests', present: () => onPath('ip') },
  { name: 'openssl', debian: 'openssl', used: 'tests', present: () => onPath('openssl') },
  { name: 'ps (procps)', debian: 'procps', used: 'tests', present: () => onPath('ps') },
  { name: 'Java', debian: 'default-jre-headless', used: 'tests', present: () => onPath('java') },
  { name: 'Maven', debian: 'maven', used: 'tests', present: () => onPath('mvn') },
  { name: 'Java compiler', debian: 'default-jdk-headless', used: 'clients', present: () => onPath('javac') },
  { name: 'Python 3 with venv', debian: 'python3-venv', used: 'clients', present: venvPresent },
];

/**
 * Installs what is missing with apt-get, as root on Debian; elsewhere names it and ends the script: a test that cannot run has not passed.
 * @param {'tests' | 'clients'} used
 */
export async function ensureSystemPackages(used) {
  const missing = packages.filter((each) => (each.used === 'tests' || each.used === used) && !each.present());
  if (missing.length === 0) return;
  if (!isRootOnDebian()) fail(advice(missing));
  const names = missing.map((each) => each.debian);
  process.stdout.write(`Installing Debian packages for the tests (no service is started): ${names.join(' ')}\n`);
  await withoutServices(() => install(names));
  const still = missing.filter((each) => !each.present());
  if (still.length > 0) fail(advice(still));
}

function advice(missing) {
  const lines = missing.map((each) => `  ${each.name} (Debian package ${each.debian})`);
  const command = `apt-get install ${missing.map((each) => each.debian).join(' ')}`;
  return `The tests run real servers and clients, and these are missing:\n${lines.join('\n')}
On Debian or Ubuntu run this, or run the tests as root, which does it:\n  sudo ${command}
On other systems install what is named above, so that it is found on PATH.`;
}

async function install(names) {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const patiently = ['-q', '-o', 'Acquire::Retries=5'];
  const update = await run('apt-get', ['update', ...patiently], options);
  if (update !== 0) process.stderr.write('apt-get update failed; trying with the package lists at hand.\n');
  const code = await run('apt-get', ['install', ...patiently, '-y', '--no-install-recommends', ...names], options);
  if (code !== 0) fail(`apt-get install failed with exit code ${code}.`);
}

/** Debian's maintainer scripts ask policy-rc.d whether a service may start; 101 says no. */
async function withoutServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

function isRootOnDebian() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && onPath('apt-get');
}

function venvPresent() {
  return spawnSync('python3', ['-c', 'import ensurepip, venv'], { stdio: 'ignore' }).status === 0;
}

function postgresPresent() {
  const debian = '/usr/lib/postgresql';
  return (
    onPath('initdb') || (existsSync(debian) && readdirSync(debian).some((v) => existsSync(`${debian}/${v}/bin/initdb`)))
  );
}
