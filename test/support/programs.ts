import { spawn, type SpawnOptionsWithoutStdio } from 'node:child_process';

export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
}

export interface ProgramOptions extends Pick<SpawnOptionsWithoutStdio, 'cwd' | 'env'> {
  /** Written to its standard input, which is then closed. */
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** Runs a program to its end. One that exceeds its time (2 min) is killed, and the promise rejects with what it printed. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const { input = '', timeoutMs = 120_000, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, spawnOptions);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const deadline = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${command} did not end within ${timeoutMs} ms\n${stdout}${stderr}`));
    }, timeoutMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(deadline);
      resolve({ stdout, stderr, code });
    });
    // A program that ends without reading its input is no error here: its exit code speaks.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
