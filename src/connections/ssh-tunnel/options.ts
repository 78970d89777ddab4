import { defineOptions, object, port, text, textList } from '../options.ts';

/** Source: Materialize docs, CREATE CONNECTION … SSH TUNNEL. HOST KEY and SSH TUNNEL are this server's own. */
export const options = defineOptions({
  HOST: {
    value: text(),
    required: true,
    redact: false,
    alterable: true,
    doc: 'Name or address of the bastion.',
  },
  USER: {
    value: text({ secretGiven: 'SSH connections do not support supplying USER value as SECRET' }),
    required: true,
    redact: false,
    alterable: true,
    doc: 'User that the server logs in as on the bastion.',
  },
  PORT: {
    value: port({ default: 22 }),
    redact: false,
    alterable: true,
    doc: 'Port of the bastion’s SSH server.',
  },
  'HOST KEY': {
    value: textList(),
    redact: false,
    alterable: true,
    doc: 'Host keys that the bastion may present, one or a list of `ssh-ed25519 AAAA…` lines. Default: the key seen at first use is learned and pinned. RESET (HOST KEY) forgets declared and learned keys.',
  },
  'SSH TUNNEL': {
    value: object('ssh-tunnel'),
    redact: false,
    alterable: true,
    doc: 'Another SSH TUNNEL connection that this bastion is reached through (a jump host).',
  },
  'PUBLIC KEY 1': {
    value: text(),
    redact: false,
    alterable: false,
    kept: false,
    doc: 'Taken from a pasted SHOW CREATE and ignored with a notice: the server makes its own keys.',
  },
  'PUBLIC KEY 2': {
    value: text(),
    redact: false,
    alterable: false,
    kept: false,
    doc: 'As PUBLIC KEY 1.',
  },
});
