import { type OptionSpec, object, refusedOption, secret, text, textOrSecret } from './options.ts';

/** HOST, USER and PASSWORD of the kinds that log in to one database server. */
export const databaseServerOptions = {
  HOST: {
    value: text(),
    required: true,
    redact: false,
    alterable: true,
    doc: 'Name or address of the server; resolved by the bastion when a tunnel is used.',
  },
  USER: {
    value: textOrSecret(),
    required: true,
    redact: false,
    alterable: true,
    doc: 'User to log in as; USERNAME is the same.',
  },
  PASSWORD: {
    value: secret(),
    redact: true,
    alterable: true,
    doc: 'Password of the user: a secret made by CREATE SECRET.',
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

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
