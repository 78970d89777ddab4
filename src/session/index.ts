export * from './backends.ts';
export * from './handler.ts';
export * from './registry.ts';
export { SessionCounts } from './session-counts.ts';
export type { ServerRooms } from './server-rooms.ts';
export { followCommits } from './live-objects.ts';
export { SystemSettings } from './system-settings.ts';
export type { LoginRules } from './logins.ts';
