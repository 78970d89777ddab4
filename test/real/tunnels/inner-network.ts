import { afterAll, beforeAll } from 'vitest';
import { createNetns, type Netns } from '../../support/netns.ts';
import { type InnerServer, startInnerServer } from '../../support/netns-echo.ts';

/** The private network of a test file, and a server in it that only bastions reach. */
export interface InnerNetwork {
  readonly netns: Netns;
  readonly inner: InnerServer;
}

/** Made before the file's tests and ended behind them. */
export function innerNetwork(): InnerNetwork {
  let netns: Netns;
  let inner: InnerServer;
  beforeAll(async () => {
    netns = createNetns();
    inner = await startInnerServer(netns);
  });
  afterAll(async () => {
    await inner[Symbol.asyncDispose]();
    await netns[Symbol.asyncDispose]();
  });
  return {
    get netns() {
      return netns;
    },
    get inner() {
      return inner;
    },
  };
}
