export * from './layout.ts';
export * from './private-file.ts';
export * from './lock.ts';
export * from './database.ts';
export * from './migrate.ts';
export { type BackupOptions, backupTo } from './backup.ts';
export { type RestoreOptions, restoreFrom } from './restore.ts';
