export * from './contract.ts';
export { Egress, type EgressAddress } from './egress.ts';
export type { HostKeyPolicy } from './host-keys.ts';
export { authorizedKeysLine, type GeneratedKey, generateTunnelKey, parsePublicKey } from './keys.ts';
export type { TunnelsOptions } from './options.ts';
export { nativeAddonInUse } from './ssh2-transport.ts';
export { invalidRange, type TargetLists } from './target-policy.ts';
export { defaultTimeouts, type TunnelTimeouts } from './timeouts.ts';
export { createTunnels } from './tunnels.ts';
