import { describe, expect, it } from 'vitest';
import { PgError } from '../../../src/errors/index.ts';
import { Secret } from '../../../src/secrets/index.ts';
import { createLog, describeError, type LogOptions } from '../../../src/telemetry/index.ts';

async function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  return { lines, log: await createLog({ level: 'info', format: 'json', ...options }, destination) };
}

describe('createLog', () => {
  it('writes one JSON object an event: time, level, fields, message', async () => {
    const { lines, log } = await capture();
    log.child({ tunnelId: 'u3' }).info({ durationMs: 4 }, 'tunnel connected');
    const { time, ...rest } = JSON.parse(lines.join('')) as Record<string, unknown>;
    expect(rest).toEqual({ level: 'info', tunnelId: 'u3', durationMs: 4, msg: 'tunnel connected' });
    expect(new Date(String(time)).toISOString()).toBe(time);
  });

  it('keeps to its level', async () => {
    const { lines, log } = await capture({ level: 'warn' });
    log.info({}, 'unheard');
    log.warn({}, 'heard');
    expect(lines).toHaveLength(1);
  });

  it('writes lines for people', async () => {
    const { lines, log } = await capture({ format: 'pretty' });
    log.info({ port: 6875 }, 'listening');
    expect(lines.join('')).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: listening \{"port":6875\}\n$/);
  });

  it.each(['json', 'pretty'] as const)('withholds what may be a secret or a statement (%s)', async (format) => {
    const { lines, log } = await capture({ format });
    log.error(
      { password: 'hunter2', request: { sql: 'hunter2', privateKey: 'hunter2' }, key: new Secret('hunter2') },
      'odd',
    );
    expect(lines.join('')).not.toContain('hunter2');
    expect(lines.join('')).toContain('[redacted]');
  });

  it('keeps control characters of values out of the terminal', async () => {
    const { lines, log } = await capture({ format: 'pretty' });
    log.info({ user: 'a\u001b[2J\nb' }, 'session opened');
    expect(lines.join('')).not.toContain('\u001b');
    expect(lines.join('').trimEnd()).not.toContain('\n');
  });
});

describe('describeError', () => {
  it('gives code and stage of our errors, never their text', () => {
    const error = new PgError('syntax_error', 'found string "hunter2"', { stage: 'policy' });
    expect(describeError(error)).toEqual({ name: 'PgError', code: '42601', stage: 'policy' });
  });

  it('gives message and frames of defects', () => {
    const description = describeError(new TypeError('x is not a function'));
    expect(description).toMatchObject({ name: 'TypeError', message: 'x is not a function' });
    expect(description.stack?.[0]).toMatch(/^at /);
  });

  it('gives no text of errors whose messages may quote a statement', () => {
    const text = JSON.stringify(
      describeError(new SyntaxError('Unexpected token in hunter2\n at hunter2', { cause: 'hunter2' })),
    );
    expect(text).not.toContain('hunter2');
  });

  it('follows causes, but not for ever', () => {
    const error = new Error('outer');
    error.cause = error;
    const depthOf = (description: { cause?: unknown } | undefined): number =>
      description === undefined ? 0 : 1 + depthOf(description.cause as { cause?: unknown } | undefined);
    expect(depthOf(describeError(error))).toBe(5);
  });

  it('gives all of several errors', () => {
    const several = new AggregateError([new TypeError('one'), new RangeError('two')]);
    expect(describeError(several).errors?.map((each) => each.message)).toEqual(['one', 'two']);
    const suppressed = Object.assign(new Error('.'), {
      name: 'SuppressedError',
      suppressed: new TypeError('one'),
      error: 2,
    });
    expect(describeError(suppressed).errors?.map((each) => each.name)).toEqual(['TypeError', 'number']);
  });

  it.each([undefined, null, 'hunter2', 7])('takes %j', (thrown) => {
    expect(JSON.stringify(describeError(thrown))).not.toContain('hunter2');
  });
});
