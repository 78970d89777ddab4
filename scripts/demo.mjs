// npm run demo: the guide's session against a bastion and a database made for it; -- --exit ends when it has been walked.
import { ensureBuilt } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';

await ensureDependencies();
await ensureBuilt();
const { register } = await import('tsx/esm/api');
register();
const { demo } = await import('./demo/main.ts');
process.exitCode = await demo(process.argv.slice(2));
