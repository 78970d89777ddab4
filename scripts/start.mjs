// npm start: from a fresh clone to a running server. The server runs in this very process, so signals reach it directly.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { root } from './lib/paths.mjs';

await ensureDependencies();
await ensureBuilt();
await import(pathToFileURL(join(root, 'dist/main.js')).href);
