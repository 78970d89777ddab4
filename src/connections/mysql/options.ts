import { defineOptions, oneOf, port } from '../options.ts';
import {
  awsConnectionOption,
  awsPrivatelinkOption,
  databaseServerOptions,
  sshTunnelOption,
} from '../shared-options.ts';
import { certificateOptions } from '../tls-options.ts';

/** Source: Materialize docs, CREATE CONNECTION … MYSQL. */
export const options = defineOptions({
  HOST: databaseServerOptions.HOST,
  PORT: { value: port({ default: 3306 }), redact: false, alterable: true, doc: 'TCP port of the server.' },
  USER: databaseServerOptions.USER,
  PASSWORD: databaseServerOptions.PASSWORD,
  'SSL MODE': {
    value: oneOf(['DISABLED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'], {
      default: 'DISABLED',
      caseSensitive: false,
      aliases: { REQUIRE: 'REQUIRED', 'VERIFY-CA': 'VERIFY_CA', 'VERIFY-IDENTITY': 'VERIFY_IDENTITY' },
      hints: {
        PREFERRED:
          'PREFERRED falls back to an unencrypted connection in silence, so it is not offered. Use REQUIRED or DISABLED.',
        'VERIFY-FULL': 'MySQL calls this VERIFY_IDENTITY.',
        VERIFY_FULL: 'MySQL calls this VERIFY_IDENTITY.',
        DISABLE: 'MySQL calls this DISABLED.',
      },
    }),
    redact: false,
    alterable: true,
    doc: 'DISABLED: no TLS; REQUIRED: TLS, certificate not checked; VERIFY_CA: certificate checked; VERIFY_IDENTITY: certificate and host name checked.',
  },
  ...certificateOptions,
  'SSH TUNNEL': { ...sshTunnelOption, fixedWhileDependedUpon: true },
  'AWS PRIVATELINK': awsPrivatelinkOption,
  'AWS CONNECTION': awsConnectionOption,
});
