// Compiles src/ to dist/ when a source is newer than the last build.
import { ensureBuilt } from './lib/build.mjs';

await ensureBuilt();
