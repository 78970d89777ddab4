import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type MasterKeySource, createSealer, loadMasterKey, openDataKey, rekey } from '../../../src/secrets/index.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const inFile = (directory: string, name = 'master.key'): MasterKeySource => ({
  from: 'file',
  file: join(directory, name),
});

const open = async (directory: string, masterKey = inFile(directory), sealedDataExists = false) =>
  createSealer(await openDataKey({ directory, masterKey, sealedDataExists }));

const refusalOf = (attempt: Promise<unknown>): Promise<unknown> => attempt.catch((error: unknown) => error);

describe('the first start', () => {
  it('makes a master key and a data key, for their owner only', async () => {
    using directory = temporaryDirectory();
    await open(directory.path);
    expect(readdirSync(directory.path).toSorted()).toEqual(['data.key', 'master.key']);
    for (const name of ['data.key', 'master.key']) {
      expect(statSync(join(directory.path, name)).mode & 0o777).toBe(0o600);
    }
  });

  it('takes a master key that is there already', async () => {
    using directory = temporaryDirectory();
    const key = randomBytes(32).toString('base64');
    writeFileSync(join(directory.path, 'master.key'), `${key}\n`, { mode: 0o600 });
    await open(directory.path);
    expect(readFileSync(join(directory.path, 'master.key'), 'utf8')).toBe(`${key}\n`);
  });
});

describe('a later start', () => {
  it('opens what was sealed before', async () => {
    using directory = temporaryDirectory();
    const sealed = (await open(directory.path)).seal(Buffer.from('x'), 'u1/value');
    const opened = (await open(directory.path, inFile(directory.path), true)).open(sealed, 'u1/value');
    expect(opened.use(String)).toBe('x');
  });

  it('without the master key is refused and makes none', async () => {
    using directory = temporaryDirectory();
    await open(directory.path);
    rmSync(join(directory.path, 'master.key'));
    expect(await refusalOf(open(directory.path))).toMatchObject({
      code: 'master-key-missing',
      message: `the master key file ${directory.path}/master.key cannot be read: there is no such file`,
    });
    expect(existsSync(join(directory.path, 'master.key'))).toBe(false);
  });

  it('without the data key is refused when something is sealed', async () => {
    using directory = temporaryDirectory();
    await open(directory.path);
    rmSync(join(directory.path, 'data.key'));
    expect(await refusalOf(open(directory.path, inFile(directory.path), true))).toMatchObject({ code: 'damaged' });
    expect(existsSync(join(directory.path, 'data.key'))).toBe(false);
  });

  it('with another master key is refused', async () => {
    using directory = temporaryDirectory();
    await open(directory.path);
    writeFileSync(join(directory.path, 'master.key'), randomBytes(32).toString('base64'));
    expect(await refusalOf(open(directory.path))).toMatchObject({ code: 'master-key-wrong' });
  });

  it.each([0o640, 0o604, 0o660, 0o644])('with a master key of mode %o is refused', async (mode) => {
    using directory = temporaryDirectory();
    await open(directory.path);
    chmodSync(join(directory.path, 'master.key'), mode);
    const refusal = await refusalOf(open(directory.path));
    expect(refusal).toMatchObject({ code: 'master-key-too-open' });
    expect(String(refusal)).toContain(`chmod 600 ${directory.path}/master.key`);
  });

  it.each(['', 'short', 'A'.repeat(44), `${'A'.repeat(43)}==`, 'ÄÖÜ'])('with "%s" as key is refused', async (text) => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, 'master.key'), text, { mode: 0o600 });
    expect(await refusalOf(open(directory.path))).toMatchObject({ code: 'master-key-malformed' });
  });

  it.each(['', '{', '[]', '{"format":1}', '{"format":1,"wrapped":{"x":1}}'])(
    'with %s as wrapped key is refused',
    async (text) => {
      using directory = temporaryDirectory();
      await open(directory.path);
      writeFileSync(join(directory.path, 'data.key'), text);
      expect(await refusalOf(open(directory.path))).toMatchObject({ code: 'damaged' });
    },
  );

  it('with the wrapped key of a newer release is refused', async () => {
    using directory = temporaryDirectory();
    await open(directory.path);
    writeFileSync(join(directory.path, 'data.key'), '{"format":2,"wrapped":{}}');
    expect(await refusalOf(open(directory.path))).toMatchObject({ code: 'newer-format' });
  });
});

describe('a master key kept elsewhere', () => {
  const text = randomBytes(32).toString('base64');

  it('comes from an environment variable', async () => {
    const source = { from: 'environment', variable: 'KEY' } as const;
    const key = await loadMasterKey({ ...source, environment: { KEY: ` ${text}\n` } });
    expect(key.bytes.use((bytes) => bytes.toString('base64'))).toBe(text);
    expect(await refusalOf(loadMasterKey({ ...source, environment: {} }))).toMatchObject({
      code: 'master-key-missing',
    });
  });

  it("comes from a command's output", async () => {
    const key = await loadMasterKey({ from: 'command', command: `echo '${text}'` });
    expect(key.bytes.use((bytes) => bytes.toString('base64'))).toBe(text);
    const failed = await refusalOf(loadMasterKey({ from: 'command', command: `echo '${text}' >&2; exit 3` }));
    expect(failed).toMatchObject({ code: 'master-key-missing' });
    expect(String(failed)).toContain('exit code 3');
    expect(String(failed)).not.toContain(text);
    const endless = await refusalOf(loadMasterKey({ from: 'command', command: 'yes' }));
    expect(endless).toMatchObject({ code: 'master-key-missing' });
  });
});

describe('rekey', () => {
  it('puts a new key in the place of the old one, which it keeps', async () => {
    using directory = temporaryDirectory();
    const former = await loadMasterKeyMade(directory.path);
    const sealed = (await open(directory.path)).seal(Buffer.from('x'), 'u1/value');
    const { masterKeyId, formerKeyFile } = await rekey({ directory: directory.path, current: inFile(directory.path) });
    const current = await loadMasterKey(inFile(directory.path));
    expect(current.id).toBe(masterKeyId);
    expect(masterKeyId).not.toBe(former);
    expect(formerKeyFile).toBe(join(directory.path, `master.key.${former}`));
    expect(statSync(formerKeyFile ?? '').mode & 0o777).toBe(0o600);
    expect((await open(directory.path)).open(sealed, 'u1/value').use(String)).toBe('x');
    const withFormer = open(directory.path, { from: 'file', file: formerKeyFile ?? '' });
    expect(await refusalOf(withFormer)).toMatchObject({ code: 'master-key-wrong' });
  });

  it('moves to a key that is kept elsewhere', async () => {
    using directory = temporaryDirectory();
    const sealed = (await open(directory.path)).seal(Buffer.from('x'), 'u1/value');
    const environment = { KEY: randomBytes(32).toString('base64') };
    const next = { from: 'environment', variable: 'KEY', environment } as const;
    await rekey({ directory: directory.path, current: inFile(directory.path), next });
    expect((await open(directory.path, next)).open(sealed, 'u1/value').use(String)).toBe('x');
    expect(await refusalOf(rekey({ directory: directory.path, current: next }))).toMatchObject({
      code: 'master-key-missing',
    });
    await rekey({ directory: directory.path, current: next, next: inFile(directory.path, 'second.key') });
    const moved = await open(directory.path, inFile(directory.path, 'second.key'));
    expect(moved.open(sealed, 'u1/value').use(String)).toBe('x');
  });

  it('needs the current key', async () => {
    using directory = temporaryDirectory();
    expect(await refusalOf(rekey({ directory: directory.path, current: inFile(directory.path) }))).toMatchObject({
      code: 'unusable',
    });
    await open(directory.path);
    writeFileSync(join(directory.path, 'other.key'), randomBytes(32).toString('base64'), { mode: 0o600 });
    const wrong = rekey({ directory: directory.path, current: inFile(directory.path, 'other.key') });
    expect(await refusalOf(wrong)).toMatchObject({ code: 'master-key-wrong' });
  });
});

async function loadMasterKeyMade(directory: string): Promise<string> {
  await open(directory);
  return (await loadMasterKey(inFile(directory))).id;
}
