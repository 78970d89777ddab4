/** A command line that cannot be followed: one line for standard error, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
