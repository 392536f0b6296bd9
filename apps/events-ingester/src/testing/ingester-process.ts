import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { startSource } from '@laurel/test-home';
import { z } from 'zod';

const reportSchema = z.object({
  state: z.string(),
  changesSent: z.number(),
  lagMs: z.number().optional(),
  writer: z.number().optional(),
  epoch: z.number().optional(),
  position: z.number().optional(),
  /** Null while Kafka does not tell. */
  lag: z.number().nullable(),
  stored: z.number(),
  duplicates: z.number(),
  rssMb: z.number(),
});

/** What the process last said of itself. */
export type IngesterReport = z.infer<typeof reportSchema>;

/** Capture and load in a process of their own. */
export class IngesterProcess {
  report: IngesterReport | undefined;
  private readonly child: ChildProcess;

  constructor(environment: Readonly<Record<string, string>>) {
    const child = startSource(join(import.meta.dirname, 'run-ingester.ts'), environment);
    this.child = child;
    createInterface(child.stdout).on('line', line => {
      if (line.startsWith('{"state"')) this.report = reportSchema.parse(JSON.parse(line));
      else process.stderr.write(`${line}\n`);
    });
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits until what it says fits. */
  async until(fits: (report: IngesterReport) => boolean, timeoutMs = 100_000): Promise<IngesterReport> {
    const deadlineMs = Date.now() + timeoutMs;
    while (this.running && Date.now() < deadlineMs) {
      if (this.report && fits(this.report)) return this.report;
      await setTimeout(20);
    }
    throw new Error(
      `the process ${this.running ? 'did not get there' : 'has ended'}; it last said ${JSON.stringify(this.report)}`,
    );
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.running) return;
    const exit = once(this.child, 'exit');
    this.child.kill(signal);
    await exit;
  }
}
