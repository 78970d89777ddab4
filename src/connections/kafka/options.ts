import { broker, brokers, defineOptions, integer, oneOf, secret, text, textOrSecret } from '../options.ts';
import { awsConnectionOption, awsPrivatelinkOption, sshTunnelOption } from '../shared-options.ts';
import { certificateOptions } from '../tls-options.ts';

/** Source: Materialize docs, CREATE CONNECTION … KAFKA. */
export const options = defineOptions({
  BROKER: {
    value: broker(),
    redact: false,
    alterable: true,
    doc: "One broker to start from, 'host:port' (port 9092 if left out), with USING SSH TUNNEL name for a tunnel of its own.",
  },
  BROKERS: {
    value: brokers(),
    redact: false,
    alterable: true,
    doc: 'Several brokers to start from: (broker, broker …). The others are found by asking them.',
  },
  'SECURITY PROTOCOL': {
    value: oneOf(['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'], {
      caseSensitive: false,
      aliases: {},
      unknown: (value) => `unknown security protocol: ${value}`,
    }),
    redact: false,
    alterable: true,
    doc: 'How brokers are spoken to. Default: SASL_SSL when a SASL option is given, otherwise SSL.',
  },
  'SASL MECHANISMS': {
    value: oneOf(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'], {
      caseSensitive: false,
      aliases: { 'SCRAM-SHA256': 'SCRAM-SHA-256', 'SCRAM-SHA512': 'SCRAM-SHA-512' },
      unknown: (value) => `invalid SASL MECHANISMS: unknown mechanism "${value}"`,
      hints: {
        GSSAPI: 'Kerberos is not supported. Let the brokers offer SCRAM-SHA-512 on a listener for this server.',
        OAUTHBEARER: 'OAuth is not supported. Let the brokers offer SCRAM-SHA-512 on a listener for this server.',
      },
    }),
    redact: false,
    alterable: true,
    doc: 'How to log in under SASL_PLAINTEXT and SASL_SSL: one mechanism.',
  },
  'SASL USERNAME': { value: textOrSecret(), redact: false, alterable: true, doc: 'User to log in as.' },
  'SASL PASSWORD': {
    value: secret(),
    redact: true,
    alterable: true,
    doc: 'Password of the user: a secret made by CREATE SECRET.',
  },
  ...certificateOptions,
  'SSH TUNNEL': {
    ...sshTunnelOption,
    doc: 'The tunnel for every broker that has none of its own, those that only the metadata reveals included.',
  },
  'AWS PRIVATELINK': awsPrivatelinkOption,
  'AWS CONNECTION': awsConnectionOption,
  'PROGRESS TOPIC': {
    value: text(),
    redact: false,
    alterable: false,
    doc: 'Topic that sinks record their progress in.',
  },
  'PROGRESS TOPIC REPLICATION FACTOR': {
    value: integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    redact: false,
    alterable: false,
    doc: 'Replication factor of the progress topic if it has to be made. Default: the brokers’ own.',
  },
});
