import type { Dispatcher } from 'undici';
import type { StageContext, ValidationEvent } from '../kind.ts';
import { hostPort } from '../rules.ts';
import { codeOf, eventsOf, type Failure, messageOf, StepFailed, type Trace } from '../trace.ts';
import { refusesClientCertificate, explainTls } from '../tls-errors.ts';
import type { RegistryDetails } from './details.ts';
import { refusalOf } from './refusals.ts';
import { get, openClient } from './session.ts';

const answerDeadlineMs = 10_000;

/** Asks for the list of subjects, which every registry has and a stranger may not read. */
export const stages = (details: RegistryDetails, context: StageContext): AsyncIterable<ValidationEvent> =>
  eventsOf(context, async (trace) => {
    const client = await openClient(trace, details);
    try {
      const answer = await ask(trace, details, (signal) => get(client, trace, details, { path: '/subjects', signal }));
      await readSubjects(trace, details, answer);
    } finally {
      // The socket is closed at once; what undici waits for after that is its own affair.
      client.destroy().catch(() => {});
    }
  });

async function ask(
  trace: Trace,
  details: RegistryDetails,
  request: (signal: AbortSignal) => Promise<Dispatcher.ResponseData>,
): Promise<Dispatcher.ResponseData> {
  const target = hostPort(details.host, details.port);
  const answer = await trace.step(
    {
      stage: 'http',
      target,
      deadlineMs: answerDeadlineMs,
      explain: (cause) => explainNoAnswer(cause, target, details),
    },
    async (signal) => {
      const response = await request(signal);
      const refusal = refusalOf(response, details);
      if (refusal === undefined) return response;
      await response.body.dump({ limit: 65_536 });
      throw new StepFailed(refusal);
    },
    (response) => `status ${response.statusCode}`,
  );
  trace.report({
    stage: 'login',
    target,
    status: 'ok',
    durationMs: 0,
    detail: details.user === null ? 'none asked for' : 'HTTP basic',
  });
  return answer;
}

async function readSubjects(trace: Trace, details: RegistryDetails, answer: Dispatcher.ResponseData): Promise<void> {
  const target = hostPort(details.host, details.port);
  const subjects = await trace.step(
    {
      stage: 'metadata',
      target,
      deadlineMs: answerDeadlineMs,
      explain: (cause) => ({
        message: `${target} did not answer with a list of subjects (${messageOf(cause)})`,
        hint: 'Set URL to the address of the registry itself, with the path below which /subjects is.',
      }),
    },
    async () => {
      const list = JSON.parse(await answer.body.text()) as unknown;
      if (Array.isArray(list)) return list;
      throw new Error('the JSON is no array');
    },
    (list) => `${list.length} subjects`,
  );
  trace.fact('subjects', String(subjects.length));
}

function explainNoAnswer(cause: unknown, target: string, details: RegistryDetails): Failure {
  if (refusesClientCertificate(cause)) {
    return { ...explainTls(cause, target, { ...details, uncheckedMode: '' }), stage: 'tls' };
  }
  const scheme = details.tls.mode === 'disable' ? ' If it speaks TLS, write https:// in URL.' : '';
  if (cause instanceof Error && cause.name === 'HTTPParserError') {
    return { message: `${target} does not speak HTTP`, hint: `Check the host and the port of URL.${scheme}` };
  }
  if (codeOf(cause) === 'UND_ERR_HEADERS_TIMEOUT') {
    return {
      message: `${target} did not answer within ${answerDeadlineMs / 1000} s`,
      hint: `Check that the registry is not overloaded.${scheme}`,
    };
  }
  return {
    message: `${target} ended the connection without an answer (${messageOf(cause)})`,
    code: 'connection_failure',
    hint: `Check the host and the port of URL.${scheme}`,
  };
}
