import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Import, packageOf, readImports, roomOf, sourceFiles } from './imports.ts';
import { arrows, listsOfKinds, packages } from './rooms.ts';

const src = join(import.meta.dirname, '../../../src');
const imports = readImports(src);
const readmeLinesMax = 40;

describe('arrows between the rooms', () => {
  it('finds the imports it judges', () => {
    expect(imports.length).toBeGreaterThan(sourceFiles(src).length);
    expect(imports).toContainEqual({ from: 'main.ts', to: 'commands/serve.ts', specifier: './commands/serve.ts' });
  });

  it('knows every room', () => {
    const rooms = new Set(sourceFiles(src).map(roomOf));
    expect([...rooms].filter((room) => arrows[room] === undefined)).toEqual([]);
  });

  it('allows every import', () => {
    expect(imports.filter((each) => !isAllowed(each)).map(show)).toEqual([]);
  });

  it('keeps connection kinds apart', () => {
    expect(imports.filter(joinsKinds).map(show)).toEqual([]);
  });

  it('keeps packages in their rooms', () => {
    const strays = imports.filter(({ from, to, specifier }) => {
      const rooms = to === null ? packages[packageOf(specifier)] : undefined;
      return rooms !== undefined && !rooms.includes(roomOf(from));
    });
    expect(strays.map(show)).toEqual([]);
  });

  it('allows no arrow in both directions', () => {
    const pairs = Object.entries(arrows).flatMap(([room, targets]) => targets.map((to) => [room, roomOf(to)] as const));
    expect(pairs.filter(([from, to]) => pairs.some(([other, back]) => other === to && back === from))).toEqual([]);
  });
});

describe('what each room says of itself', () => {
  const rooms = readdirSync(src, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(src, entry.name)).length > 0)
    .map((entry) => entry.name);

  it('is in a README', () => {
    expect(rooms.filter((room) => !existsSync(readme(room)))).toEqual([]);
  });

  it('is short', () => {
    const written = rooms.map(readme).filter((path) => existsSync(path));
    expect(written.filter((path) => lineCount(path) > readmeLinesMax)).toEqual([]);
  });
});

function readme(room: string): string {
  return join(src, room, 'README.md');
}

function lineCount(path: string): number {
  return readFileSync(path, 'utf8').trimEnd().split('\n').length;
}

function isAllowed({ from, to }: Import): boolean {
  if (to === null || roomOf(from) === roomOf(to)) return true;
  if (to.startsWith('..')) return false;
  const path = to.replace(/\.ts$/, '');
  return (arrows[roomOf(from)] ?? []).some((allowed) => path === allowed || path.startsWith(`${allowed}/`));
}

function joinsKinds({ from, to }: Import): boolean {
  const kind = kindOf(from);
  if (kind === undefined || to === null || roomOf(to) !== 'connections') return false;
  const other = kindOf(to);
  return other === undefined ? listsOfKinds.some((list) => to === `connections/${list}.ts`) : other !== kind;
}

/** `connections/kafka/stages.ts` → `kafka`; undefined for what all kinds share. */
function kindOf(path: string): string | undefined {
  const [room, kind, file] = path.split('/');
  return room === 'connections' && file !== undefined ? kind : undefined;
}

function show({ from, specifier }: Import): string {
  return `src/${from} imports ${specifier}`;
}
