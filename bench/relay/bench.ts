/** What every part of the bench works with. */
export interface RelayBench {
  /** For scripts and key files. */
  readonly folder: string;
  readonly rounds: number;
  /** Of each pgbench. */
  readonly seconds: number;
  readonly roundTripsMs: readonly number[];
  readonly log: (line: string) => void;
}
