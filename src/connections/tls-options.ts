import { defineOptions, type OptionSpec, secret, textOrSecret } from './options.ts';

/** The three options that give certificates, alike in every kind that speaks TLS. */
export const certificateOptions = defineOptions({
  'SSL CERTIFICATE': {
    value: textOrSecret(),
    redact: false,
    alterable: true,
    doc: 'Client certificate in PEM form, with its chain; needs SSL KEY. For servers that identify clients by certificate.',
  },
  'SSL KEY': {
    value: secret(),
    redact: true,
    alterable: true,
    doc: 'Private key of SSL CERTIFICATE in PEM form, in a secret.',
  },
  'SSL CERTIFICATE AUTHORITY': {
    value: textOrSecret(),
    redact: false,
    alterable: true,
    doc: "Certificates in PEM form that the server's certificate is checked against. Default: the authorities that Node.js trusts.",
  },
} satisfies Record<string, OptionSpec>);
