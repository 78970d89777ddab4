import { defineOptions, oneOf, port, secret, text, textOrSecret } from '../options.ts';
import { awsPrivatelinkOption, sshTunnelOption } from '../shared-options.ts';
import { certificateOptions } from '../tls-options.ts';

/** Source: Materialize docs, CREATE CONNECTION … POSTGRES. */
export const options = defineOptions({
  HOST: {
    value: text(),
    required: true,
    redact: false,
    alterable: true,
    doc: 'Name or address of the server; resolved by the bastion when a tunnel is used.',
  },
  PORT: { value: port({ default: 5432 }), redact: false, alterable: true, doc: 'TCP port of the server.' },
  DATABASE: { value: text(), required: true, redact: false, alterable: true, doc: 'Database to connect to.' },
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
  'SSL MODE': {
    value: oneOf(['disable', 'require', 'verify-ca', 'verify-full'], {
      default: 'disable',
      caseSensitive: true,
      aliases: { required: 'require', verify_ca: 'verify-ca', verify_full: 'verify-full' },
      hints: {
        prefer:
          'prefer falls back to an unencrypted connection in silence, so it is not offered. Use require or disable.',
        allow:
          'allow falls back to an unencrypted connection in silence, so it is not offered. Use require or disable.',
      },
    }),
    redact: false,
    alterable: true,
    doc: 'disable: no TLS; require: TLS, certificate not checked; verify-ca: certificate checked; verify-full: certificate and host name checked.',
  },
  ...certificateOptions,
  'SSH TUNNEL': { ...sshTunnelOption, fixedWhileDependedUpon: true },
  'AWS PRIVATELINK': awsPrivatelinkOption,
});
