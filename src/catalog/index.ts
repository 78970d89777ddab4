export * from './ids.ts';
export * from './rows.ts';
export * from './change.ts';
export * from './snapshot.ts';
export * from './store.ts';
export * from './acl.ts';
export * from './sqlite-store.ts';
export { auditSince } from './audit-reader.ts';
