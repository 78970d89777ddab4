import { type SecuredTarget, securedSession } from '../../support/secured-client.ts';
import { WireClient, type WireTarget } from '../../support/wire-client.ts';
import { backendLine, letterOf } from './backend-line.ts';
import { clientBytes } from './client-message.ts';
import type { Conversation, Exchange } from './conversation.ts';

/** A server that conversations are held with. */
export interface GoldenServer {
  readonly name: string;
  readonly target: WireTarget | SecuredTarget;
  readonly user: string;
  readonly database: string;
}

/** Holds a conversation; resolves to the lines the server said in each exchange. */
export async function converse(server: GoldenServer, conversation: Conversation): Promise<string[][]> {
  const { user, database } = server;
  await using client = await begin(server, conversation);
  const answers: string[][] = [];
  for (const exchange of conversation.exchanges) {
    const lines = exchange.sent.map((line) => line.replaceAll('$user', user).replaceAll('$database', database));
    client.send(...lines.filter((line) => line !== halfClose).map(clientBytes));
    if (lines.includes(halfClose)) client.socket.end();
    answers.push(await answer(client, exchange));
  }
  return answers;
}

/** Says that the client will send no more; it still reads. */
const halfClose = 'HalfClose';

function begin({ target, user, database }: GoldenServer, { raw }: Conversation): Promise<WireClient> {
  if ('password' in target) return securedSession(target);
  return raw ? WireClient.connect(target) : WireClient.session(target, { user, database });
}

async function answer(client: WireClient, exchange: Exchange): Promise<string[]> {
  const lines: string[] = [];
  for (const wanted of exchange.until) {
    if (wanted === 'byte') {
      lines.push(`byte ${(await client.byte()) ?? 'none'}`);
      continue;
    }
    const frames = await client.until(letterOf(wanted));
    const ignored = new Set(exchange.ignored.map(letterOf));
    lines.push(...frames.filter(({ type }) => !ignored.has(type)).map(backendLine));
    if (frames.at(-1)?.type !== letterOf(wanted)) {
      lines.push('closed');
      break;
    }
  }
  return lines;
}
