import type { SqlStateName } from '../../errors/index.ts';

/** A change of the text, in UTF-16 units of the text that was judged. */
export interface Edit {
  readonly start0: number;
  readonly end0: number;
  readonly text: string;
}

/** What the gate says of a statement's text; depends on nothing but the text, so it can be kept. */
export type Verdict = Admission | Refusal;

export interface Admission {
  readonly admitted: true;
  readonly kind: 'select' | 'explain' | 'copy';
  /** What the engine gets. */
  readonly text: string;
  readonly edits: readonly Edit[];
  /** Databases named in three-part names; each must exist. */
  readonly databases: readonly DatabaseMention[];
  /** Names of functions, lower-case, without their schemas. */
  readonly functions: readonly string[];
  /** Relations read, as written: `schema.name` or `name`; not those of WITH. */
  readonly relations: readonly string[];
  /** The first parameter that the text names. */
  readonly parameter?: { readonly number: number; readonly offset0: number };
  /** Every function, operator and cast is one that gives the same answer while the catalog stays the same. */
  readonly steady: boolean;
}

export interface DatabaseMention {
  readonly name: string;
  readonly fullName: string;
  readonly offset0: number;
}

export interface Refusal {
  readonly admitted: false;
  readonly code: SqlStateName;
  readonly message: string;
  readonly hint?: string;
  /** Where in the judged text, in UTF-16 units; absent when no place is to blame. */
  readonly offset0?: number;
}

/** Where an offset in the edited text stood in the text that the user wrote. */
export function originalOffset(edits: readonly Edit[], offset0: number): number {
  let shift = 0;
  for (const edit of edits) {
    const start = edit.start0 + shift;
    if (offset0 < start) break;
    if (offset0 < start + edit.text.length) return edit.start0;
    shift += edit.text.length - (edit.end0 - edit.start0);
  }
  return offset0 - shift;
}

export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let offset = 0;
  for (const edit of edits) {
    result += text.slice(offset, edit.start0) + edit.text;
    offset = edit.end0;
  }
  return result + text.slice(offset);
}
