import { readdir, readFile } from 'node:fs/promises';
import { peakRssMb } from './process-usage.js';

/**
 * The most memory each process of a tree has had in RAM so far, in MB, by what it is (`laurel`, `mongod`, `kafka`): the kernel's own
 * high-water mark (`VmHWM`). Linux only. Servers are found by `marker`, a text of their command line.
 */
export async function peakMemoryMb(laurelPid: number, marker: string): Promise<Record<string, number>> {
  const peaks: Record<string, number> = { laurel: await peakRssMb(laurelPid) };
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === laurelPid) continue;
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes(marker)) continue;
    const name = /mongod/.test(command) ? 'mongod' : /kafka/i.test(command) ? 'kafka' : undefined;
    if (name) peaks[name] = await peakRssMb(Number(entry));
  }
  return peaks;
}
