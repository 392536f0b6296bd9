import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { awakeMs } from '../awake-clock.js';
import { NotInTimeError } from '../until.js';
import type { PipelineReport } from './pipeline-report.js';

const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** Kills every process that is still there. */
export async function killAll(): Promise<void> {
  await Promise.all(
    [...alive].map(async child => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    }),
  );
}

const OUTPUT_KEPT = 20_000;
const OUTPUT_SHOWN = 6000;

/** A process of the product has ended by itself. */
export class ProcessEndedError extends Error {
  constructor(waitedFor: string, detail: string) {
    super(`the process has ended; waited for: ${waitedFor}; ${detail}`);
    this.name = 'ProcessEndedError';
  }
}

/** A process of the product that moves changes: capture, load or both. What it says of itself comes in by subclasses. */
export abstract class PipelineProcess {
  report: PipelineReport | undefined;
  /** How many reports came. */
  reports = 0;
  /** The highest memory that it said it had. */
  peakRssMb = 0;
  /** The end of what it logged. */
  log = '';
  protected readonly child: ChildProcess;

  protected constructor(command: string, args: readonly string[], environment: Readonly<Record<string, string>>) {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', ...environment },
    });
    this.child = child;
    alive.add(child);
    child.once('exit', () => alive.delete(child));
    child.stderr?.on('data', (chunk: Buffer) => this.logged(chunk.toString()));
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /**
   * Waits until what it says fits.
   *
   * @throws ProcessEndedError, NotInTimeError
   */
  async until(
    what: string,
    fits: (report: PipelineReport, count: number) => boolean,
    timeoutMs = 240_000,
  ): Promise<PipelineReport> {
    const deadlineMs = awakeMs() + timeoutMs;
    while (this.running && awakeMs() < deadlineMs) {
      if (this.report && fits(this.report, this.reports)) return this.report;
      await sleep(20);
    }
    const detail = `it last said ${JSON.stringify(this.report)}\n${this.log.slice(-OUTPUT_SHOWN)}`;
    throw this.running ? new NotInTimeError(what, timeoutMs, detail) : new ProcessEndedError(what, detail);
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  suspend(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  protected said(report: PipelineReport): void {
    this.report = report;
    this.reports++;
    this.peakRssMb = Math.max(this.peakRssMb, report.rssMb);
  }

  protected logged(text: string): void {
    this.log = (this.log + text).slice(-OUTPUT_KEPT);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.running) return;
    const exit = once(this.child, 'exit');
    this.child.kill(signal);
    this.child.kill('SIGCONT');
    await exit;
  }
}
