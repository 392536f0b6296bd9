import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NotReadyError, StackError } from '../errors.js';
import { identify, isRunning, type ProcessIdentity } from './process-identity.js';
import { removeRecord, writeRecord, type ServerRecord } from './server-record.js';
import { until } from './until.js';

/** How to run one server. Its command line must hold `folder`: that is how it is recognised later. */
export interface ServerCommand {
  /** For people: `MongoDB`. */
  part: string;
  /** Absolute; holds the data, the log and the record of the process. */
  folder: string;
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  ports: Record<string, number>;
}

const STOP_DEADLINE_MS = 20_000;

/** The log a server writes. */
export function logPathOf(folder: string): string {
  return join(folder, 'log.txt');
}

/**
 * Starts a server in a process group of its own, so that Ctrl-C in the terminal does not reach it before its owner decides.
 *
 * @throws StackError when it cannot be run at all.
 */
export async function launch(command: ServerCommand, owner: ProcessIdentity | null): Promise<ServerRecord> {
  await mkdir(command.folder, { recursive: true });
  const log = await open(logPathOf(command.folder), 'a');
  try {
    const child = spawn(command.command, command.args, {
      cwd: command.folder,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { ...process.env, ...command.env },
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', error =>
        reject(new StackError(`${command.part} cannot be run: ${error.message}`, { cause: error })),
      );
    });
    child.unref();
    const identity = child.pid === undefined ? undefined : await identify(child.pid);
    if (!identity)
      throw new NotReadyError(command.part, 'ended at once', logPathOf(command.folder), await logTail(command.folder));
    const record = { process: identity, owner, ports: command.ports };
    await writeRecord(command.folder, record);
    return record;
  } finally {
    await log.close();
  }
}

/**
 * Waits until `probe` says the server does its work. A probe that fails counts as "not yet".
 *
 * @throws NotReadyError when the process ends or the time is up.
 */
export async function whenReady(
  part: string,
  folder: string,
  record: ServerRecord,
  probe: () => Promise<boolean>,
  deadlineMs: number,
): Promise<void> {
  let ended = false;
  const ready = await until(async () => {
    ended = !(await isRunning(record.process));
    return ended || (await probe().catch(() => false));
  }, deadlineMs);
  if (ended) throw new NotReadyError(part, 'ended while it started', logPathOf(folder), await logTail(folder));
  if (!ready)
    throw new NotReadyError(
      part,
      `did not answer within ${deadlineMs / 1000} s`,
      logPathOf(folder),
      await logTail(folder),
    );
}

/** Ends exactly this process: asks, waits up to 20 s, then kills. Does nothing when it is gone already. */
export async function stopServer(folder: string, record: ServerRecord): Promise<void> {
  const gone = async (): Promise<boolean> => !(await isRunning(record.process));
  if (!(await gone())) {
    signal(record.process.pid, 'SIGTERM');
    signal(record.process.pid, 'SIGCONT');
    if (!(await until(gone, STOP_DEADLINE_MS))) {
      signal(record.process.pid, 'SIGKILL');
      await until(gone, STOP_DEADLINE_MS);
    }
  }
  await removeRecord(folder);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function logTail(folder: string): Promise<string> {
  const text = await readFile(logPathOf(folder), 'utf8').catch(() => '');
  return text
    .trimEnd()
    .split('\n')
    .slice(-6)
    .map(line => `  ${line.slice(0, 400)}`)
    .join('\n');
}
