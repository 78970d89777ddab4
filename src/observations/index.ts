export * from './contract.ts';
export { historySince } from './history-reader.ts';
export { type Retention, defaultRetention } from './retention.ts';
export { type ObservationsOptions, openObservations } from './sqlite-observations.ts';
