/** Names of what the client has declared. */
export interface Declared {
  readonly ssh: string;
  readonly postgres: string;
}

/** What each library must have found when it looked at the catalog in its own way, by folder. */
export const introspections: Readonly<Record<string, (found: unknown, declared: Declared) => void>> = {};
