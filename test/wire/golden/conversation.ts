/** A line of the server; `only` names the servers that say it, empty: all. */
export interface ExpectedLine {
  readonly only: readonly string[];
  readonly text: string;
}

/** Client messages sent together, and what is read behind them. */
export interface Exchange {
  readonly sent: readonly string[];
  /** Message names whose coming ends the reading, in this order; `byte` reads a single byte, `closed` to the end. */
  readonly until: readonly string[];
  /** Message names that are left out. */
  readonly ignored: readonly string[];
  readonly expected: readonly ExpectedLine[];
}

export interface Conversation {
  readonly name: string;
  /** Nothing is sent before the first exchange; otherwise a session is started. */
  readonly raw: boolean;
  /** Speaks more SQL than the protocol room's toy knows. */
  readonly sql: boolean;
  readonly exchanges: readonly Exchange[];
}

/**
 * Reads a `.pt` file:
 *
 *     ## name of the conversation [raw|sql]
 *     > Query "SELECT 1"
 *     until ReadyForQuery [ignoring ParameterStatus]
 *     RowDescription "?column?" int4(4)
 *     [postgres] a line that only this server says
 *
 * Lines before the first conversation that begin with # are comments. `> HalfClose` says that the client will send no more.
 */
export function parseConversations(text: string): {
  readonly comments: string;
  readonly conversations: Conversation[];
} {
  const [comments = '', ...parts] = text.split(/^## /m);
  return { comments, conversations: parts.map(parseConversation) };
}

function parseConversation(part: string): Conversation {
  const [heading = '', ...lines] = part.split('\n').filter((line) => line.trim() !== '');
  const [, name = '', flag] = /^(.*?)(?: \[(raw|sql)\])?$/.exec(heading) ?? [];
  const exchanges: { sent: string[]; until: string[]; ignored: string[]; expected: ExpectedLine[] }[] = [];
  let reading = true;
  for (const line of lines) {
    if (line.startsWith('> ')) {
      if (reading) exchanges.push({ sent: [], until: [], ignored: [], expected: [] });
      reading = false;
      exchanges.at(-1)?.sent.push(line.slice(2));
    } else if (line.startsWith('until ')) {
      const [until = '', ignored = ''] = line.slice(6).split(' ignoring ');
      if (reading) exchanges.push({ sent: [], until: [], ignored: [], expected: [] });
      exchanges.at(-1)?.until.push(...until.split(' '));
      exchanges.at(-1)?.ignored.push(...ignored.split(' ').filter(Boolean));
      reading = true;
    } else exchanges.at(-1)?.expected.push(parseExpected(line));
  }
  return { name, raw: flag === 'raw', sql: flag === 'sql', exchanges };
}

function parseExpected(line: string): ExpectedLine {
  const [, only, text = line] = /^\[([a-z ]+)\] (.*)$/.exec(line) ?? [];
  return { only: only === undefined ? [] : only.split(' '), text };
}

/** What `server` is expected to say. */
export const expectedOf = (exchange: Exchange, server: string): string[] =>
  exchange.expected.filter(({ only }) => only.length === 0 || only.includes(server)).map(({ text }) => text);

/** Prints a file with the lines that the servers really said; `answers[server][exchange]`. */
export function printConversation(
  conversation: Conversation,
  answers: Readonly<Record<string, readonly (readonly string[])[]>>,
): string {
  const servers = Object.keys(answers);
  const blocks = conversation.exchanges.map((exchange, index) => {
    const ignored = exchange.ignored.length === 0 ? '' : ` ignoring ${exchange.ignored.join(' ')}`;
    const said = servers.map((server) => [server, answers[server]?.[index] ?? []] as const);
    return [
      ...exchange.sent.map((line) => `> ${line}`),
      `until ${exchange.until.join(' ')}${ignored}`,
      ...merge(said).map(({ only, text }) => (only.length === servers.length ? text : `[${only.join(' ')}] ${text}`)),
    ].join('\n');
  });
  const flag = conversation.raw ? ' [raw]' : conversation.sql ? ' [sql]' : '';
  return `## ${conversation.name}${flag}\n${blocks.join('\n')}\n`;
}

/** One list out of several, common lines once, in an order that keeps each server's own. */
function merge(said: readonly (readonly [string, readonly string[]])[]): ExpectedLine[] {
  let merged: ExpectedLine[] = [];
  for (const [server, lines] of said) {
    const next: ExpectedLine[] = [];
    let at = 0;
    for (const text of lines) {
      const found = merged.findIndex((line, index) => index >= at && line.text === text);
      const keeps = found >= 0 && lines.includes(text);
      if (keeps) {
        next.push(...merged.slice(at, found), { only: [...(merged[found]?.only ?? []), server], text });
        at = found + 1;
      } else next.push({ only: [server], text });
    }
    merged = [...next, ...merged.slice(at)];
  }
  return merged;
}
