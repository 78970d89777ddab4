export * from './secret.ts';
export * from './sealer.ts';
