export * from './handler.ts';
export { defaultLimits, type WireLimits } from './limits.ts';
export type { TlsMaterial } from './auth/tls-door.ts';
export { unixSocketPath } from './unix-socket.ts';
export { doomedVerifier, scramVerifier } from './verifier.ts';
export { listenWire, type WireAddress, type WireListener, type WireOptions } from './listener.ts';
export { OpenPort } from './open-port.ts';
