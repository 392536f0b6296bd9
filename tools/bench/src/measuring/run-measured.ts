import { spawn } from 'node:child_process';
import type { z } from 'zod';

/**
 * Runs a program in a process of its own; what it found is the JSON it prints.
 *
 * @throws Error with the end of what it printed when it fails.
 */
export async function runMeasured<T>(
  command: string,
  args: readonly string[],
  schema: z.ZodType<T>,
  env: Readonly<Record<string, string>> = {},
): Promise<T> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args[0] ?? ''} failed:\n${output.stderr.slice(-2000)}`);
  return schema.parse(JSON.parse(output.stdout));
}
