export * from './contract.ts';
export { type EgressAddress, type QueryOptions, createQuery } from './room.ts';
export { prepareImage } from './mirror/image.ts';
