import { createWorld } from './world.ts';

/** Prints its key, logs in to the bastion once it is accepted, holds a connection open, and says so. */
const [host = '', port, user = ''] = process.argv.slice(2);
const world = createWorld();
const { id, keys } = world.declared.declare({ host, port: Number(port), user });
console.log(keys[0].publicKey);
for (;;) {
  try {
    await world.check(id);
    break;
  } catch {
    continue;
  }
}
await world.connect(id, Number(port));
console.log('holding');
setInterval(() => {}, 1000);
