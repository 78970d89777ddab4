import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { arrows } from './rooms.ts';

export interface Import {
  /** Of the importing file, relative to src/: `query/gate.ts`. */
  readonly from: string;
  /** Of the imported file, relative to src/; null for a package or a built-in module. */
  readonly to: string | null;
  readonly specifier: string;
}

const specifiers = /\b(?:from|import)\s*\(?\s*'([^']+)'|new URL\('(\.[^']+\.ts)', import\.meta\.url\)/g;

/** Every import of every TypeScript file under `src`: static, dynamic, type-only, re-exported, and workers by URL. */
export function readImports(src: string): readonly Import[] {
  return sourceFiles(src).flatMap((path) => {
    const text = withoutComments(readFileSync(join(src, path), 'utf8'));
    return [...text.matchAll(specifiers)]
      .map((match) => match[1] ?? match[2])
      .filter((specifier) => specifier !== undefined)
      .map((specifier) => ({ from: path, to: target(path, specifier), specifier }));
  });
}

export function sourceFiles(src: string): readonly string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
}

/** `query/gate.ts` → `query`; `main.ts` → `main`; a file beside the folders without a line in the table → `server`. */
export function roomOf(path: string): string {
  const first = path.split('/', 1)[0] ?? '';
  if (!first.endsWith('.ts')) return first;
  const name = first.replace(/\.ts$/, '');
  return name in arrows ? name : 'server';
}

/** `pino/file` → `pino`; `@scope/name/file` → `@scope/name`. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

function target(path: string, specifier: string): string | null {
  return specifier.startsWith('.') ? relative('.', join(dirname(path), specifier)) : null;
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}
