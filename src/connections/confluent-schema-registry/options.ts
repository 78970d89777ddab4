import { defineOptions, port, secret, text, textOrSecret } from '../options.ts';
import { awsPrivatelinkOption, sshTunnelOption } from '../shared-options.ts';
import { certificateOptions } from '../tls-options.ts';

/** Source: Materialize docs, CREATE CONNECTION … CONFLUENT SCHEMA REGISTRY. */
export const options = defineOptions({
  URL: {
    value: text(),
    required: true,
    redact: false,
    alterable: true,
    doc: 'http or https address of the registry; a path is kept, user names and queries are refused.',
  },
  PORT: { value: port(), redact: false, alterable: true, doc: 'Accepted and not used: the port is part of URL.' },
  USER: {
    value: textOrSecret(),
    redact: false,
    alterable: true,
    doc: 'User for HTTP basic authentication; USERNAME is the same.',
  },
  PASSWORD: {
    value: secret(),
    redact: true,
    alterable: true,
    doc: 'Password for HTTP basic authentication: a secret made by CREATE SECRET.',
  },
  ...certificateOptions,
  'SSH TUNNEL': sshTunnelOption,
  'AWS PRIVATELINK': awsPrivatelinkOption,
});
