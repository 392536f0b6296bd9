import { readdir, readFile } from 'node:fs/promises';

/**
 * The most memory each process of a tree has had in RAM so far, in MB, by what it is (`laurel`, `mongod`, `kafka`): the kernel's own
 * high-water mark (`VmHWM`). Linux only. Servers are found by `marker`, a text of their command line.
 */
export async function peakMemoryMb(laurelPid: number, marker: string): Promise<Record<string, number>> {
  const peaks: Record<string, number> = { laurel: await peakOf(laurelPid) };
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === laurelPid) continue;
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes(marker)) continue;
    const name = /mongod/.test(command) ? 'mongod' : /kafka/i.test(command) ? 'kafka' : undefined;
    if (name) peaks[name] = await peakOf(Number(entry));
  }
  return peaks;
}

async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
}
