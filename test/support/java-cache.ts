import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where downloaded Java programs are kept between runs. */
const cache = process.env['SALLYPORT_TEST_CACHE'] ?? join(homedir(), '.cache', 'sallyport-test');

/** The folder `name` of the cache, filled by `fill` once. Several processes may come at the same time. */
function cached(name: string, fill: (folder: string) => void): string {
  const final = join(cache, name);
  if (existsSync(final)) return final;
  mkdirSync(join(final, '..'), { recursive: true });
  const folder = mkdtempSync(join(cache, 'download-'));
  try {
    fill(folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  try {
    renameSync(folder, final);
  } catch {
    rmSync(folder, { recursive: true, force: true });
  }
  return final;
}

const downloadTries = 5;

/** One Maven at a time: its own store of downloads is not made for several. A download that was lost is tried again. */
function maven(...args: string[]): void {
  const command = [join(cache, 'maven.lock'), 'mvn', '-q', '-B', '-U', ...args];
  for (let tries = 1; ; tries += 1) {
    try {
      execFileSync('flock', command, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 300_000 });
      return;
    } catch (error) {
      if (tries === downloadTries) throw error;
      execFileSync('sleep', [String(2 ** tries)]);
    }
  }
}

/** Jars of a Kafka broker; 46 MB, fetched by Maven at the first use. */
export const kafkaJars = (version: string): string =>
  cached(join('kafka', version), (folder) => {
    const pom = join(import.meta.dirname, 'kafka', 'pom.xml');
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime'];
    maven('-f', pom, ...goal, `-Dkafka.version=${version}`, `-DoutputDirectory=${folder}`);
  });

const registryVersion = '3.0.9';

/** The Apicurio registry, which speaks the Confluent protocol; 109 MB, fetched by Maven at the first use. */
export const registryDistribution = (): string =>
  cached('apicurio', (folder) => {
    const artifact = `io.apicurio:apicurio-registry-app:${registryVersion}:tar.gz:all`;
    maven('dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`);
    const archive = join(folder, `apicurio-registry-app-${registryVersion}-all.tar.gz`);
    execFileSync('tar', ['xzf', archive, '-C', folder]);
    rmSync(archive);
  });
