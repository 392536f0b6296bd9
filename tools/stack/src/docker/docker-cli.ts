import { spawn } from 'node:child_process';
import { StackError } from '../errors.js';

/** How one call of Docker's command line is made. */
export interface DockerCall {
  /** What it is called in an error; without it, the first argument. */
  title?: string;
  env?: Readonly<Record<string, string>>;
  /** Killed after so long. */
  timeoutMs?: number;
  /** Ends the call early. */
  signal?: AbortSignal | undefined;
  /** Receives what Docker says meanwhile, line by line. */
  onLine?(line: string): void;
}

/** Docker's command line ended badly. `missing`: there is none. */
export class DockerError extends StackError {
  constructor(
    command: string,
    reason: string,
    readonly missing = false,
  ) {
    super(`docker ${command} failed: ${reason}`);
  }
}

const LAST_LINES = 4;

/**
 * Runs `docker` to its end, out of reach of the terminal's Ctrl-C, and gives back its standard output.
 *
 * @throws DockerError
 */
export function runDocker(args: readonly string[], call: DockerCall = {}): Promise<string> {
  const { title = args[0] ?? '', env, timeoutMs, signal, onLine } = call;
  return new Promise((resolve, reject) => {
    const child = spawn('docker', args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      detached: true,
      ...(timeoutMs !== undefined && { timeout: timeoutMs, killSignal: 'SIGKILL' }),
      ...(signal && { signal }),
    });
    let stdout = '';
    const said: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split(/[\r\n]+/).map(part => part.trim())) {
        if (line === '') continue;
        said.push(line);
        onLine?.(line);
      }
    });
    child.once('error', error => {
      // One that was ended early still has to close.
      if (error.name !== 'AbortError')
        reject(new DockerError(title, error.message, 'code' in error && error.code === 'ENOENT'));
    });
    child.once('close', (code, killedBy) => {
      if (code === 0) return resolve(stdout);
      const lines = [...said, ...stdout.trim().split('\n')].filter(Boolean).slice(-LAST_LINES).join(' ');
      const silent = killedBy ? `no answer within ${(timeoutMs ?? 0) / 1000} s` : `exit code ${code}`;
      reject(new DockerError(title, lines || silent));
    });
  });
}
