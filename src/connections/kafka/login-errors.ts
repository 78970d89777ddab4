import { explainTls, refusesClientCertificate } from '../tls-errors.ts';
import { type Failure, messageOf } from '../trace.ts';
import type { KafkaDetails } from './details.ts';

/** Error types of the Kafka protocol that a login ends with. */
const unsupportedMechanism = 'UNSUPPORTED_SASL_MECHANISM';
const illegalSaslState = 'ILLEGAL_SASL_STATE';

/** What a broker (or the end of the connection) said to ApiVersions and SASL. */
export function explainLogin(cause: unknown, target: string, details: KafkaDetails): Failure {
  const { name, type } = (cause instanceof Error ? cause : {}) as { readonly name?: string; readonly type?: string };
  if (refusesClientCertificate(cause)) {
    return { ...explainTls(cause, target, { host: target, port: 0, uncheckedMode: '' }), stage: 'tls' };
  }
  if (type === unsupportedMechanism) return wrongMechanism(target, details);
  if (type === illegalSaslState) {
    return {
      message: `${target} asks for no SASL login`,
      code: 'invalid_authorization_specification',
      hint: `This listener takes connections without SASL: set SECURITY PROTOCOL to ${details.tls.mode === 'disable' ? 'PLAINTEXT' : 'SSL'} and RESET the SASL options, or name the port of a listener with SASL.`,
    };
  }
  if (name === 'KafkaJSSASLAuthenticationError') return saslRefused(cause, target, details);
  return hungUp(cause, target, details);
}

const wrongMechanism = (target: string, details: KafkaDetails): Failure => ({
  message: `${target} does not offer the mechanism ${details.sasl?.mechanism ?? ''}`,
  code: 'invalid_authorization_specification',
  hint: 'Set SASL MECHANISMS to one that the listener has in sasl.enabled.mechanisms.',
});

function saslRefused(cause: unknown, target: string, details: KafkaDetails): Failure {
  if (messageOf(cause).includes('mechanism is not supported')) return wrongMechanism(target, details);
  const user =
    details.sasl !== null && 'text' in details.sasl.username ? `user "${details.sasl.username.text}"` : 'the user';
  return {
    message: `${target} does not accept ${user} and the password (${details.sasl?.mechanism ?? ''})`,
    code: 'invalid_password',
    hint: 'Check SASL USERNAME, and SASL PASSWORD: ALTER SECRET puts in another value. A SCRAM user is made for each mechanism: kafka-configs.sh --alter --add-config "SCRAM-SHA-512=[password=…]" --entity-type users --entity-name NAME',
  };
}

export const isHangUp = (cause: unknown): boolean =>
  cause instanceof Error && (cause.name === 'KafkaJSConnectionClosedError' || cause.name === 'KafkaJSConnectionError');

/** A broker that does not understand the first request hangs up: most often over a SECURITY PROTOCOL that is not the listener's. */
export function hungUp(cause: unknown, target: string, details: KafkaDetails): Failure {
  const tls =
    details.tls.mode === 'disable' ? 'The listener may speak TLS' : 'The listener may demand a client certificate';
  const sasl = details.sasl === null ? ', or a SASL login' : '';
  const protocols =
    details.tls.mode === 'disable' ? (details.sasl === null ? 'SSL or SASL_SSL' : 'SASL_SSL') : 'SASL_SSL';
  return {
    message: `${target} hung up on the first request (${messageOf(cause)})`,
    stage: 'login',
    code: 'connection_failure',
    hint: `${tls}${sasl}: set SECURITY PROTOCOL to ${protocols}, as the broker's listener.security.protocol.map says for this port.`,
  };
}
