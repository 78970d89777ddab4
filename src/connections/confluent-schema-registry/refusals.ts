import type { Dispatcher } from 'undici';
import { hostPort } from '../rules.ts';
import type { Failure } from '../trace.ts';
import type { RegistryDetails } from './details.ts';

type Answer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>;

/** What a status other than success means, and a success that is no JSON. */
export function refusalOf(answer: Answer, details: RegistryDetails): Failure | undefined {
  const target = hostPort(details.host, details.port);
  const { statusCode } = answer;
  if (statusCode === 401) return unauthorized(target, details);
  if (statusCode === 403) {
    return {
      stage: 'login',
      code: 'invalid_authorization_specification',
      message: `${target} knows the user and forbids it to list subjects (403)`,
      hint: 'Give the user the right to read subjects in the registry.',
    };
  }
  if (statusCode === 404) {
    return {
      message: `${target} has no ${details.path}/subjects (404)`,
      hint: 'Set the path in URL: some registries speak this protocol below one, such as /apis/ccompat/v7.',
    };
  }
  if (statusCode >= 300 && statusCode < 400) {
    return {
      message: `${target} redirects (${statusCode}) to ${headerText(answer.headers['location'])}`,
      hint: 'Redirects are not followed. Set URL to where it points, if that is the registry.',
    };
  }
  if (statusCode !== 200) {
    return {
      message: `${target} answered with status ${statusCode}`,
      hint: 'Look into the log of the registry, or of the proxy in front of it.',
    };
  }
  return jsonRefusal(answer, target);
}

function unauthorized(target: string, details: RegistryDetails): Failure {
  return {
    stage: 'login',
    code: details.user === null ? 'invalid_authorization_specification' : 'invalid_password',
    message:
      details.user === null
        ? `${target} asks for a user and a password (401)`
        : `${target} does not accept the user and the password (401)`,
    hint:
      details.user === null
        ? "Set USERNAME = '...' and PASSWORD = SECRET name."
        : 'Check USERNAME, and PASSWORD: ALTER SECRET puts in another value.',
  };
}

function jsonRefusal(answer: Answer, target: string): Failure | undefined {
  const type = headerText(answer.headers['content-type']);
  if (/[/+]json\b/i.test(type)) return undefined;
  return {
    message: `${target} answered with ${type === '' ? 'a page of no type' : type.split(';')[0]} instead of JSON`,
    hint: 'Something else than a schema registry answers there: a web console, a proxy or a login page. Check URL.',
  };
}

/** A header as it may be shown: printable, and not long. */
const headerText = (value: string | readonly string[] | undefined): string =>
  String([value ?? ''].flat()[0])
    .replaceAll(/[^ -~]/g, '?')
    .slice(0, 200);
