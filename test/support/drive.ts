export { type Step, parseDriveFile } from './drive/parse-drive-file.ts';
export { runDriveFile } from './drive/run-drive-file.ts';
