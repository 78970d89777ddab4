import { defineOptions, oneOf, port, text } from '../options.ts';
import { awsPrivatelinkOption, databaseServerOptions, sshTunnelOption } from '../shared-options.ts';
import { certificateOptions } from '../tls-options.ts';

/** Source: Materialize docs, CREATE CONNECTION … POSTGRES. */
export const options = defineOptions({
  HOST: databaseServerOptions.HOST,
  PORT: { value: port({ default: 5432 }), redact: false, alterable: true, doc: 'TCP port of the server.' },
  DATABASE: { value: text(), required: true, redact: false, alterable: true, doc: 'Database to connect to.' },
  USER: databaseServerOptions.USER,
  PASSWORD: databaseServerOptions.PASSWORD,
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
