import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Daemon, temporaryFolder } from './daemon.ts';
import { registryDistribution } from './java-cache.ts';
import type { Netns } from './netns.ts';
import type { Issued } from './tls.ts';

export interface RegistryOptions {
  /** Listens on the namespace's loopback and on its wire address. */
  readonly netns: Netns;
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
  const [httpPort, httpsPort] = user === undefined ? [18_080, 18_443] : [18_081, 18_444];
  const properties = {
    'quarkus.http.host': '0.0.0.0',
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
  await answering(`http://${netns.address}:${httpPort}${path}/subjects`);
  return { httpPort, httpsPort, [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose]() };
}

/** Its log does not say when it listens. */
async function answering(url: string): Promise<void> {
  const deadline = AbortSignal.timeout(120_000);
  for (;;) {
    deadline.throwIfAborted();
    try {
      const { status } = await fetch(url, { signal: deadline });
      if (status === 200 || status === 401) return;
    } catch {
      await wait(100);
    }
  }
}
