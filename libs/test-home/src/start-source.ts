import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** Runs a script of the sources as it is, in a process of its own, which a test can kill. Its standard output is for the test to read. */
export function startSource(
  script: string,
  environment: Readonly<Record<string, string>>,
): ChildProcessByStdio<null, Readable, null> {
  return spawn(
    process.execPath,
    [
      '--no-warnings',
      '--conditions=@laurel/source',
      `--import=${join(import.meta.dirname, 'typescript-imports.mjs')}`,
      script,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment } },
  );
}
