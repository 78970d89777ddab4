export * from './handler.ts';
export { defaultLimits, type WireLimits } from './limits.ts';
export { listenWire, type WireAddress, type WireListener, type WireOptions } from './listener.ts';
