import { join } from 'node:path';
import { runMeasured } from '../measuring/run-measured.js';
import { type LoadReport, loadReport } from './load-report.js';
import type { Served } from './served.js';

/** What a server did under load. */
export interface LoadTrial extends LoadReport {
  /** Microseconds of the server's CPU for each answer. */
  cpuMicros: number;
}

/** How much is asked; see `load.ts`. */
export interface LoadOptions {
  users: readonly string[];
  connections: number;
  seconds: number;
  amount?: number;
  rate?: number;
}

/** Loads a server from a process of its own. */
export async function loadTrial({ url, key = '', process: loaded }: Served, options: LoadOptions): Promise<LoadTrial> {
  const { users, connections, seconds, amount, rate } = options;
  const cpuBefore = await loaded.cpuSeconds();
  const report = await runMeasured(process.execPath, [join(import.meta.dirname, 'load.js')], loadReport, {
    URL: url,
    KEY: key,
    CONNECTIONS: String(connections),
    SECONDS: String(seconds),
    ...(amount !== undefined && { AMOUNT: String(amount) }),
    ...(rate !== undefined && { RATE: String(rate) }),
    USERS: JSON.stringify(users),
  });
  return { ...report, cpuMicros: (((await loaded.cpuSeconds()) - cpuBefore) * 1e6) / report.requests };
}
