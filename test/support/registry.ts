import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Daemon, temporaryFolder } from './daemon.ts';
import { registryDistribution } from './java-cache.ts';
import type { Netns } from './netns.ts';
import { freePort } from './ports.ts';
import { ended } from './processes.ts';
import type { Issued } from './tls.ts';

export interface RegistryOptions {
  /** Runs inside this namespace. It listens on 127.0.0.1 only, there as here. */
  readonly netns?: Netns | undefined;
  readonly server: Issued;
  /** HTTP basic authentication on everything. */
  readonly user?: { readonly name: string; readonly password: string } | undefined;
}

/** A real schema registry (Apicurio) that speaks the Confluent protocol below {@link path}, with and without TLS. */
export interface TestRegistry extends AsyncDisposable {
  readonly httpPort: number;
  readonly httpsPort: number;
}

export const path = '/apis/ccompat/v7';

export async function startRegistry({ netns, server, user }: RegistryOptions): Promise<TestRegistry> {
  const folder = temporaryFolder('registry');
  writeFileSync(join(folder, 'server.pem'), server.certificate);
  writeFileSync(join(folder, 'server-key.pem'), server.key);
  const [httpPort, httpsPort] = [await freePort(), await freePort()];
  const properties = {
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': httpPort,
    'quarkus.http.ssl-port': httpsPort,
    'quarkus.http.insecure-requests': 'enabled',
    'quarkus.http.ssl.certificate.files': join(folder, 'server.pem'),
    'quarkus.http.ssl.certificate.key-files': join(folder, 'server-key.pem'),
    ...(user === undefined
      ? {}
      : {
          'quarkus.oidc.tenant-enabled': 'false',
          'quarkus.http.auth.basic': 'true',
          'quarkus.security.users.embedded.enabled': 'true',
          'quarkus.security.users.embedded.plain-text': 'true',
          [`quarkus.security.users.embedded.users.${user.name}`]: user.password,
          'quarkus.http.auth.permission.all.paths': '/*',
          'quarkus.http.auth.permission.all.policy': 'authenticated',
        }),
  };
  const flags = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
  const daemon = await Daemon.start({
    command: [
      ...(['java', '-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'] as const),
      ...flags,
      ...['-jar', 'apicurio-registry-app-3.0.9-runner.jar'],
    ],
    netns,
    cwd: registryDistribution(),
    ready: /RegistryStorageProducer/,
    folder,
  });
  await answering(`http://127.0.0.1:${httpPort}${path}/subjects`, netns);
  return { httpPort, httpsPort, [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose]() };
}

/** Its log does not say when it listens: asked from where it can be. */
async function answering(url: string, netns: Netns | undefined): Promise<void> {
  const script = `
    const deadline = Date.now() + 300_000;
    for (;;) {
      const answer = await fetch(${JSON.stringify(url)}).catch(() => undefined);
      if (answer?.status === 200 || answer?.status === 401) break;
      if (Date.now() > deadline) process.exit(1);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }`;
  const args = ['--input-type=module', '-e', script];
  const asking = netns?.spawn(process.execPath, args) ?? spawn(process.execPath, args);
  await ended(asking);
  if (asking.exitCode !== 0) throw new Error('the registry does not answer');
}
