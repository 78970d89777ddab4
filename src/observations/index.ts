export * from './contract.ts';
export { type Retention, defaultRetention } from './retention.ts';
export { type ObservationsOptions, openObservations } from './sqlite-observations.ts';
