export * from './kind.ts';
export * from './options.ts';
export * from './option-input.ts';
export * from './kinds.ts';
export * from './dialect-words.ts';
export * from './planned-options.ts';
export * from './way.ts';
export {
  type BastionSetupInput,
  bastionSetup,
  type Dependant,
  type SshTunnelDetails,
  type TunnelFacts,
  tunnelDefinition,
  tunnelGeneration,
} from './ssh-tunnel/index.ts';
