import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

const path = join(import.meta.dirname, 'RESULTS.md');
const title =
  '# Results\n\nWritten by the benches; one section each, the last run. Compare ratios, not numbers of different days.\n';

/** Replaces the section `## heading` of RESULTS.md, or adds it. */
export function writeSection(heading: string, lines: readonly string[]): void {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : title;
  const [head = title, ...sections] = text.split(/\n(?=## )/);
  const section = `## ${heading}\n\n${lines.join('\n')}\n`;
  const at = sections.findIndex((each) => each.startsWith(`## ${heading}\n`));
  const next = at === -1 ? [...sections, section] : sections.with(at, section);
  writeFileSync(path, `${[head, ...next].map((each) => each.trimEnd()).join('\n\n')}\n`);
}

/** The machine and day that figures belong to, and what else the machine was doing. */
export function circumstances(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  return `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} × ${model}, load ${load}.`;
}

/** The value below which `share` (0 … 1) of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
