import type { Secret } from '../secrets/index.ts';
import type { SecretReader } from './kind.ts';

const shown = '********';

/** Hides what was opened on a way in what is said of it: servers repeat the user name, some even the password. Lives as long as the way. */
export class Mask {
  readonly #opened: Secret<string>[] = [];

  /** Reads for `secrets`, and remembers what was read. */
  watch(secrets: SecretReader): SecretReader {
    return {
      text: (secretId) => {
        const secret = secrets.text(secretId);
        this.#opened.push(secret);
        return secret;
      },
    };
  }

  hide(text: string): string;
  hide(text: string | undefined): string | undefined;
  hide(text: string | undefined): string | undefined {
    return text === undefined ? undefined : this.#opened.reduce(without, text);
  }
}

/** Short values only where they stand alone: a user called `a` must not blank every word. */
const without = (text: string, secret: Secret<string>): string =>
  secret.use((value) =>
    value === '' ? text : text.replaceAll(new RegExp(`(?<!\\w)${escaped(value)}(?!\\w)`, 'g'), shown),
  );

const escaped = (value: string): string => value.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
