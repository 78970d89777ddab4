import type { Client } from './clients.ts';
import type { Command } from './languages.ts';

const atOnce = 2;

/** Makes all clients ready, a few at once; a client whose tools are missing or fail takes only its own tests with it. */
export function startPreparing(clients: readonly Client[]): (client: Client) => Promise<Command> {
  const commands = new Map<string, Promise<Command>>();
  const lanes: Promise<unknown>[] = Array.from({ length: atOnce }, () => Promise.resolve());
  for (const { folder, language } of clients) {
    if (commands.has(folder)) continue;
    const lane = commands.size % atOnce;
    const command = (lanes[lane] ?? Promise.resolve()).then(() => language(folder));
    commands.set(folder, command);
    lanes[lane] = command.catch(() => undefined);
  }
  return ({ folder }) => commands.get(folder) ?? Promise.reject(new Error(`${folder} is not prepared`));
}
