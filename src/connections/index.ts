export * from './kind.ts';
export * from './options.ts';
