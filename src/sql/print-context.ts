/** What printing a statement may depend on beside the statement. */
export interface PrintContext {
  /** Secret values, passwords and EXECUTE's arguments are hidden. */
  readonly redacted: boolean;
  /** Connection options whose literal values are hidden too; null when nothing is hidden. */
  readonly redactedOptions: ReadonlySet<string> | null;
  /** The text of a statement inside another (PREPARE), redacted if need be. */
  readonly body: (text: string) => string;
}

/** What stands in place of a secret value. */
export const hidden = "'********'";
