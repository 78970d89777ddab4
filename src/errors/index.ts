export * from './sql-state.ts';
export * from './pg-error.ts';
export * from './invariant.ts';
export * from './flatten.ts';
export * from './position.ts';
export * from './stage.ts';
export * from './constructors.ts';
export * from './connect-failed.ts';
