import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { PipelineProcess } from './pipeline-process.js';

const PROGRAM = resolve(import.meta.dirname, '../../../apps/events-ingester/dist/testing/run-ingester.js');

const reportSchema = z.object({
  state: z.string(),
  epoch: z.number().optional(),
  position: z.number().optional(),
  lagMs: z.number().optional(),
  changesSent: z.number(),
  lag: z.number().nullable(),
  stored: z.number(),
  duplicates: z.number(),
  rssMb: z.number(),
});

/** How an {@link Ingester} is started other than plainly. */
export interface IngesterLimits {
  /** No file that it writes may become larger, in kilobytes. */
  fileKb?: number;
}

/** Capture and load in one process, into a DuckDB file. */
export class Ingester extends PipelineProcess {
  constructor(environment: Readonly<Record<string, string>>, { fileKb }: IngesterLimits = {}) {
    const program = [process.execPath, '--no-warnings', PROGRAM];
    const limited = ['sh', '-c', `ulimit -f ${fileKb}; exec "$@"`, 'sh', ...program];
    const [command = '', ...args] = fileKb === undefined ? program : limited;
    super(command, args, environment);
    if (!this.child.stdout) throw new Error('the process has no output');
    createInterface(this.child.stdout).on('line', line => {
      if (!line.startsWith('{"state"')) this.logged(`${line}\n`);
      else {
        const { position, lagMs, lag, epoch, ...rest } = reportSchema.parse(JSON.parse(line));
        this.said({ ...rest, epoch, positionMs: position, captureLagMs: lagMs, loadLag: lag ?? undefined });
      }
    });
  }
}
