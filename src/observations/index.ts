export * from './contract.ts';
export { type Retention, defaultRetention } from './retention.ts';
export { type ObservationsOptions, observationsMigrations, openObservations } from './sqlite-observations.ts';
