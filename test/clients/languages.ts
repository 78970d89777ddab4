import { copyFileSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { made, runTool, workFolder } from './making.ts';

export type Command = readonly [program: string, ...args: readonly string[]];

/** Makes the client in `folder` ready to run, and gives the command that runs it; its mode is added to that. */
export type Language = (folder: string) => Promise<Command>;

const here = import.meta.dirname;

/** `client.mjs`, with exactly what package-lock.json names. */
export const node: Language = async (folder) => {
  const home = join(here, folder);
  const inputs = ['package.json', 'package-lock.json'];
  const installed = await made(
    folder,
    inputs.map((name) => join(home, name)),
    async (target) => {
      for (const name of inputs) copyFileSync(join(home, name), join(target, name));
      await runTool('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=5'], { cwd: target });
    },
  );
  link(join(installed, 'node_modules'), join(home, 'node_modules'));
  return [process.execPath, join(home, 'client.mjs')];
};

/** `client.py`, with exactly what requirements.txt names. */
export const python: Language = async (folder) => {
  const requirements = join(here, folder, 'requirements.txt');
  const environment = await made(folder, [requirements], async (target) => {
    await runTool('python3', ['-m', 'venv', target]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r'];
    await runTool(join(target, 'bin/python'), [...pip, requirements]);
  });
  return [join(environment, 'bin/python'), join(here, folder, 'client.py')];
};

/** `Client.java` and the classes beside it, with the jars of pom.xml. */
export const java: Language = async (folder) => {
  const home = join(here, folder);
  const classes = await made(folder, [home], async (target) => {
    await runTool('mvn', [
      ...['-q', '-B', '-f', join(home, 'pom.xml')],
      ...['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${target}`],
    ]);
    const sources = ['Client', 'Json', 'Metadata'].map((name) => join(home, `${name}.java`));
    await runTool('javac', ['-cp', join(target, '*'), '-d', target, ...sources]);
  });
  return ['java', '-XX:TieredStopAtLevel=1', '-cp', `${classes}:${join(classes, '*')}`, 'Client'];
};

/** The command `main.go` in a folder of the module go/. */
export const go: Language = async (folder) => {
  const module = join(here, 'go');
  const built = await made('go', [module], (target) =>
    runTool('go', ['build', '-mod=readonly', '-o', target, './...'], { cwd: module }),
  );
  return [join(built, folder.replace('go/', ''))];
};

export const rust: Language = async (folder) => {
  const home = join(here, folder);
  const built = await made(folder, [home], async (target) => {
    const work = workFolder(folder);
    await runTool('cargo', ['build', '--locked', '--quiet', '--target-dir', work], { cwd: home });
    copyFileSync(join(work, 'debug', `${folder}-client`), join(target, 'client'));
  });
  return [join(built, 'client')];
};

/** Node looks for packages beside the program; they lie in the cache. */
function link(target: string, path: string): void {
  if (readLink(path) === target) return;
  rmSync(path, { recursive: true, force: true });
  mkdirSync(join(path, '..'), { recursive: true });
  symlinkSync(target, path);
}

function readLink(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(path) : undefined;
}
