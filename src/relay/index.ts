export * from './contract.ts';
export { createRelays } from './relays.ts';
