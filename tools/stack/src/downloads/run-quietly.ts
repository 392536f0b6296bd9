import { spawn } from 'node:child_process';

/** A program ended badly; `output` is all it printed. */
export class CommandError extends Error {
  constructor(
    readonly command: string,
    readonly output: string,
  ) {
    super(`${command} failed:\n${output.trimEnd().split('\n').slice(-12).join('\n')}`);
    this.name = 'CommandError';
  }
}

/**
 * Runs a program to its end and gives back its standard output.
 *
 * @throws CommandError when it cannot be run or ends with another code than 0.
 */
export function runQuietly(
  command: string,
  args: readonly string[],
  input = '',
  env?: NodeJS.ProcessEnv,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    let stdout = '';
    let all = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      all += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (all += text));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('error', error => reject(new CommandError(command, error.message)));
    child.once('close', code =>
      code === 0 ? resolve(stdout) : reject(new CommandError(`${command} ${args[0] ?? ''}`, all)),
    );
  });
}
