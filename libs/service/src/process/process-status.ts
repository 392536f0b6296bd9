import { readFileSync } from 'node:fs';

/** What the system says of a process. */
export interface ProcessStatus {
  /** When it started, in ticks since the machine did: with the pid it names the process for good. */
  startedAt: string;
  /** It has ended, all of its threads included, though nobody has asked for its exit code yet. */
  ended: boolean;
}

/** The status of a process; undefined when there is none by that pid, and on anything but Linux. */
export function processStatus(pid: number): ProcessStatus | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the name in parentheses, may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, threads, startedAt] = [fields[0], Number(fields[17]), fields[19]];
    // A killed process shows as a zombie while threads of it still run and hold its files and ports.
    const ended = state === 'X' || (state === 'Z' && threads <= 1);
    return startedAt === undefined ? undefined : { startedAt, ended };
  } catch {
    return undefined;
  }
}
