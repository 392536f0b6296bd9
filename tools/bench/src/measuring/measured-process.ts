import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, peakRssMb } from './process-usage.js';

const POLL_MS = 20;
const STOP_WITHIN_MS = 30_000;
const LOG_TAIL = 2000;

export interface ProcessCommand {
  name: string;
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Where its output goes. */
  logPath: string;
}

/** A process that is measured: one program without children. */
export class MeasuredProcess {
  private constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
    private readonly log: FileHandle,
    private readonly logPath: string,
  ) {}

  static async start({ name, command, args, env, logPath }: ProcessCommand): Promise<MeasuredProcess> {
    const log = await open(logPath, 'a');
    const child = spawn(command, args, { stdio: ['ignore', log.fd, log.fd], env: { ...process.env, ...env } });
    await once(child, 'spawn');
    return new MeasuredProcess(name, child, log, logPath);
  }

  /** Seconds of CPU so far. */
  cpuSeconds(): Promise<number> {
    return cpuSeconds(this.child.pid ?? 0);
  }

  /** The most memory so far, in MB. */
  peakRssMb(): Promise<number> {
    return peakRssMb(this.child.pid ?? 0);
  }

  /**
   * Asks again and again until the condition holds.
   *
   * @throws Error with the end of the log when the process ends before, or the time is up.
   */
  async until(condition: () => Promise<boolean>, withinMs: number): Promise<void> {
    const deadlineMs = Date.now() + withinMs;
    while (!(await condition())) {
      if (this.ended) throw await this.failure('has ended');
      if (Date.now() > deadlineMs) throw await this.failure(`is not done after ${withinMs / 1000} s`);
      await sleep(POLL_MS);
    }
  }

  /** Asks it to end, and waits; after half a minute kills it. */
  async stop(): Promise<void> {
    if (!this.ended) {
      const exit = once(this.child, 'exit');
      const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS);
      this.child.kill('SIGTERM');
      await exit;
      clearTimeout(timer);
    }
    await this.log.close();
  }

  /** Kills it (kill -9), and waits until it is gone. */
  async kill(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
    await this.log.close();
  }

  private get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async failure(what: string): Promise<Error> {
    const log = await readFile(this.logPath, 'utf8');
    return new Error(`${this.name} ${what}. The end of its log:\n${log.slice(-LOG_TAIL)}`);
  }
}
