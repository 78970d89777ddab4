import { type OptionSpec, object, refusedOption } from './options.ts';

/** SSH TUNNEL of every kind that may be reached through one. */
export const sshTunnelOption = {
  value: object('ssh-tunnel'),
  redact: false,
  alterable: true,
  doc: 'The SSH TUNNEL connection to reach the server through; host names are then resolved by the bastion.',
} as const satisfies OptionSpec;

export const awsPrivatelinkOption = {
  value: refusedOption('privatelink', 'Reach the private network through a bastion: SSH TUNNEL = name.'),
  redact: false,
  alterable: true,
  doc: 'Of the dialect, refused here (0A000): there is no AWS PrivateLink outside the cloud service.',
} as const satisfies OptionSpec;

export const awsConnectionOption = {
  value: refusedOption('object', 'Use a user name and a password, or a client certificate.'),
  redact: false,
  alterable: true,
  doc: 'Of the dialect, refused here (0A000): logins by AWS IAM are not supported.',
} as const satisfies OptionSpec;
