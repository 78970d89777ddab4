/** Why a start was refused. The word is stable: logs and tests go by it. */
export type StartRefusal =
  | 'locked'
  | 'unusable'
  | 'damaged'
  | 'newer-format'
  | 'unfinished-restore'
  | 'master-key-missing'
  | 'master-key-wrong'
  | 'master-key-too-open'
  | 'master-key-malformed';

/** A condition that an operator can mend. Its message is one line, whole and without a stack: print it and end with exit code 1. */
export class StartRefused extends Error {
  override readonly name: string = 'StartRefused';
  readonly code: StartRefusal;

  constructor(code: StartRefusal, message: string, options?: ErrorOptions) {
    super(message.replaceAll(/\s*[\r\n]+\s*/g, ' '), options);
    this.code = code;
  }
}

/** Another live process holds the data directory. */
export class DataDirectoryLocked extends StartRefused {
  override readonly name = 'DataDirectoryLocked';

  constructor(directory: string, processId: number | null) {
    const holder = processId === null ? 'another server' : `another server (process ${processId})`;
    super('locked', `the data directory ${directory} is in use by ${holder}`);
  }
}
