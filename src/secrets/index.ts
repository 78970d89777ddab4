export * from './secret.ts';
export * from './sealer.ts';
export * from './password-verifier.ts';
export { type DataKeyOptions, openDataKey } from './data-key.ts';
export { type MasterKey, type MasterKeySource, loadMasterKey } from './master-key.ts';
export { type RekeyOptions, type Rekeyed, rekey } from './rekey.ts';
