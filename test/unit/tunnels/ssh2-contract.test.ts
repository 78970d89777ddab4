/* oxlint-disable no-underscore-dangle -- ssh2 names its internals so; this holds them to what we need. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { nativeAddonInUse, newSshClient, protocolOf } from '../../../src/tunnels/ssh2-transport.ts';

const require = createRequire(import.meta.url);

class Nowhere extends Duplex {
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: unknown, done: () => void): void {
    done();
  }
}

/** A client whose transport exists and has said nothing yet. */
function connectedClient() {
  const client = newSshClient();
  client.on('error', () => {});
  client.connect({ sock: new Nowhere(), username: 'x', authHandler: () => false, readyTimeout: 0 });
  return client;
}

describe('what we lean on in ssh2', () => {
  it('is the version that this was written for', () => {
    expect((require('ssh2/package.json') as { version: string }).version).toBe('1.17.0');
    expect((require('../../../package.json') as { dependencies: Record<string, string> }).dependencies['ssh2']).toBe(
      '1.17.0',
    );
  });

  it('has a transport with the methods and handlers that the connection layer replaces', () => {
    const protocol = protocolOf(connectedClient());
    const handlers = [
      'CHANNEL_OPEN_CONFIRMATION',
      'CHANNEL_OPEN_FAILURE',
      'CHANNEL_DATA',
      'CHANNEL_EXTENDED_DATA',
      'CHANNEL_WINDOW_ADJUST',
      'CHANNEL_EOF',
      'CHANNEL_CLOSE',
      'CHANNEL_REQUEST',
      'USERAUTH_FAILURE',
      'USERAUTH_PK_OK',
    ];
    for (const name of handlers) expect(protocol._handlers[name], name).toBeTypeOf('function');
    expect('_queue' in protocol && protocol._queue).toBe(undefined);
    expect('_kexinit' in protocol && protocol._kexinit).toBe(undefined);
    expect(protocol.directTcpip.length).toBe(4);
    expect(protocol.channelData.length).toBe(2);
    expect(protocol.channelWindowAdjust.length).toBe(2);
    expect(protocol.authPK.length).toBe(4);
  });

  it('keeps waiters for global requests in a list that it takes from the front', () => {
    const client = connectedClient() as unknown as {
      _callbacks: ((failed: unknown) => void)[];
      _protocol: { _handlers: Record<string, (protocol: unknown) => void> };
    };
    const answers: unknown[] = [];
    client._callbacks.push((failed) => answers.push(['first', failed]));
    client._callbacks.push((failed) => answers.push(['second', failed]));
    client._protocol._handlers['REQUEST_FAILURE']?.(client._protocol);
    client._protocol._handlers['REQUEST_SUCCESS']?.(client._protocol);
    expect(answers).toEqual([
      ['first', true],
      ['second', false],
    ]);
  });

  it('says truly whether its native ciphers are in use', () => {
    const path = join(
      dirname(require.resolve('ssh2/package.json')),
      'lib/protocol/crypto/build/Release/sshcrypto.node',
    );
    expect(nativeAddonInUse()).toBe(existsSync(path));
  });
});
