import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { processStatus } from '@laurel/service';

const run = promisify(execFile);

/** Names one process for good: a pid alone is handed out again after its process ended. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in the system's own terms; comparable, not readable. */
  startedAt: string;
}

/** The identity of a running process, or nothing when there is none by that pid (a zombie counts as none). */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const startedAt = process.platform === 'linux' ? linuxStart(pid) : await psStart(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether this very process still runs. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.startedAt === identity.startedAt;
}

/** The command line of a process, arguments separated by spaces; empty when it cannot be read. */
export async function commandLineOf(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux')
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
    return (await run('ps', ['-o', 'command=', '-ww', '-p', String(pid)])).stdout.trim();
  } catch {
    return '';
  }
}

function linuxStart(pid: number): string | undefined {
  const status = processStatus(pid);
  return status?.ended === false ? status.startedAt : undefined;
}

async function psStart(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
    const [state = 'Z', ...started] = stdout.trim().split(/\s+/);
    return state.startsWith('Z') ? undefined : started.join(' ');
  } catch {
    return undefined;
  }
}
