import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { processStatus } from './process-status.js';

/** Letters, digits and dashes: the machine, the process, and when it started. */
const MARK = /^([0-9a-f]{16})-(\d+)-(\d+)$/;

/**
 * Names this process among all others, so that a later one can tell whether it is gone ({@link isSurelyGone}). Undefined where the system does
 * not say enough for that: on anything but Linux.
 */
export function processMark(): string | undefined {
  const machine = machineMark();
  const startedAt = processStatus(process.pid)?.startedAt;
  return machine === undefined || startedAt === undefined ? undefined : `${machine}-${process.pid}-${startedAt}`;
}

/**
 * Whether the process of a mark has ended, all of its threads included. False when that cannot be known from here: the mark is of another
 * machine, container or boot, or none. A process that is only suspended is not gone.
 */
export function isSurelyGone(mark: string): boolean {
  const [, machine, pid = '', startedAt] = MARK.exec(mark) ?? [];
  if (machine === undefined || machine !== machineMark()) return false;
  if (!existsAt(Number(pid))) return true;
  const found = processStatus(Number(pid));
  return found !== undefined && (found.startedAt !== startedAt || found.ended);
}

/** This boot of this machine, and which of its containers: what a process id is unique in. */
function machineMark(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const container = readlinkSync('/proc/self/ns/pid');
    return createHash('sha256').update(`${hostname()} ${boot} ${container}`).digest('hex').slice(0, 16);
  } catch {
    return undefined;
  }
}

/** Another user's process is there too, though it takes no signal from here. */
function existsAt(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
