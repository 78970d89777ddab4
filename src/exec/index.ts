export * from './execute.ts';
export * from './outcome.ts';
export * from './rooms.ts';
export * from './connection-way.ts';
export { explainColumns } from './explain-connection.ts';
export { showCreateColumns } from './show-create.ts';
export { showAllColumns, showVariableColumns } from './show-variable.ts';
export { SnapshotTunnels } from './tunnel-definitions.ts';
