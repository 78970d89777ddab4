export * from './describe-error.ts';
export * from './log.ts';
export * from './metrics.ts';
