import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { invalidValue, syntaxError, wrongObjectType } from '../errors/index.ts';
import type { Names } from './kind.ts';
import type { PlannedOptions, TextOrSecret } from './options.ts';

/** @throws PgError 42601 `<OPTION> option is required`. */
export function requiredText(options: PlannedOptions, name: string): string {
  return options.text(name) ?? missing(options, name);
}

/** @throws PgError 42601 `<OPTION> option is required`. */
export function requiredTextOrSecret(options: PlannedOptions, name: string): TextOrSecret {
  return options.textOrSecret(name) ?? missing(options, name);
}

function missing(options: PlannedOptions, name: string): never {
  throw syntaxError(`${name} option is required`, { position1: options.position1(name) });
}

/**
 * A required host as it is dialled: brackets of an IPv6 literal taken off, names of other scripts in their ASCII form.
 * @throws PgError 42601 when missing, 22023 for what cannot be a host: empty, with a scheme, a port, blanks.
 */
export function requiredHost(options: PlannedOptions, name = 'HOST'): string {
  return toHost(requiredText(options, name), `invalid ${name}`, options.valuePosition1(name));
}

/** See {@link requiredHost}; `what` begins the message of an error. */
export function toHost(written: string, what: string, position1: number | undefined): string {
  const host = /^\[.*\]$/.test(written) ? written.slice(1, -1) : written;
  if (isIP(host) !== 0 && /^[\w.:%-]+$/.test(host)) return host;
  const refuse = (reason: string, hint: string): never => {
    throw invalidValue(`${what}: ${reason}`, { position1, hint });
  };
  if (host === '') refuse('the host is empty', 'Write a host name or an IP address.');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(host)) {
    refuse(
      `"${host.split('://')[0]}://…" is a URL`,
      'Write the host name alone; port, user and database are options of their own.',
    );
  }
  if (/:\d+$/.test(host)) refuse(`"${host}" holds a port`, 'Write the port as PORT = number.');
  // oxlint-disable-next-line no-control-regex -- ASCII is meant, control characters included
  const ascii = /^[\u0000-\u007f]*$/.test(host) ? host : domainToASCII(host);
  // Names of hosts end up in texts for other programs: letters, digits and what is harmless everywhere.
  if (ascii.length > 253 || !/^[\w.-]+$/.test(ascii)) {
    refuse('not a host name or IP address', 'A host is a name such as db.internal, or an IPv4 or IPv6 address.');
  }
  return ascii;
}

/** `SSH TUNNEL`'s item id, or null. @throws PgError 42809 when it names a connection of another kind. */
export function sshTunnelOf(options: PlannedOptions, names: Names): string | null {
  const id = options.object('SSH TUNNEL');
  if (id === undefined) return null;
  requireSshTunnel(id, names, options.valuePosition1('SSH TUNNEL'));
  return id;
}

/** @throws PgError 42809. */
export function requireSshTunnel(id: string, names: Names, position1: number | undefined): void {
  const type = names.connectionType(id);
  if (type === 'ssh-tunnel') return;
  throw wrongObjectType(`${names.fullName(id)} is not an SSH connection`, {
    position1,
    hint: 'SSH TUNNEL takes a connection made by CREATE CONNECTION … TO SSH TUNNEL.',
  });
}

/** Takes apart what {@link hostPort} made. */
export function fromHostPort(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(colon + 1)) };
}

/** For messages: `host:port`, IPv6 in brackets. */
export const hostPort = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
