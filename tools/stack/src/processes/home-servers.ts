import { join } from 'node:path';
import { StackConflictError } from '../errors.js';
import type { ReportProgress } from '../progress/stack-progress.js';
import { unlessAborted } from './unless-aborted.js';
import { isRunning, type ProcessIdentity } from './process-identity.js';
import { launch, stopServer, whenReady, type ServerCommand } from './server.js';
import { runningRecord, writeRecord, type ServerRecord } from './server-record.js';

const READY_DEADLINE_MS = 60_000;

/** How one server of a home is brought up. */
export interface ServerPlan {
  /** Folder name below the stack's folder. */
  name: string;
  part: string;
  /** The ports wanted: one that runs already must have these; 0 and absent ones fit any. */
  wanted: Readonly<Record<string, number | undefined>>;
  prepare(folder: string): Promise<ServerCommand>;
  probe(ports: Readonly<Record<string, number>>): Promise<boolean>;
}

/** The servers of one home: finds those that run, starts the others, and remembers which are ours to stop. */
export class HomeServers {
  readonly #ours = new Map<string, ServerRecord>();

  /** @param owner who stops what is started; null for nobody. */
  constructor(
    readonly folder: string,
    readonly owner: ProcessIdentity | null,
    readonly report: ReportProgress,
    readonly signal: AbortSignal = new AbortController().signal,
  ) {}

  get started(): string[] {
    return [...this.#ours.keys()].sort();
  }

  /** The record of a server of this home that runs now. */
  running(name: string): Promise<ServerRecord | undefined> {
    return runningRecord(join(this.folder, name));
  }

  /**
   * Makes one server ready and gives back its ports.
   *
   * @throws StackConflictError when it runs already, on other ports than wanted.
   */
  async bringUp(plan: ServerPlan): Promise<Readonly<Record<string, number>>> {
    const folder = join(this.folder, plan.name);
    const found = await runningRecord(folder);
    if (found && (await this.#reuse(plan, folder, found))) return found.ports;
    const command = await unlessAborted(this.signal, plan.prepare(folder));
    this.report({ part: plan.part, message: 'starting' });
    const record = await launch(command, this.owner);
    this.#ours.set(plan.name, record);
    await unlessAborted(
      this.signal,
      whenReady(plan.part, folder, record, () => plan.probe(record.ports), READY_DEADLINE_MS),
    );
    this.report({ part: plan.part, message: `ready on port ${portList(record.ports)}`, done: true });
    return record.ports;
  }

  /** Stops what is ours, the last started first. */
  async stopStarted(): Promise<void> {
    const ours = [...this.#ours].reverse();
    this.#ours.clear();
    await Promise.all(ours.map(([name, record]) => stopServer(join(this.folder, name), record)));
  }

  async #reuse(plan: ServerPlan, folder: string, record: ServerRecord): Promise<boolean> {
    for (const [name, port] of Object.entries(plan.wanted)) {
      if (port && record.ports[name] !== port) {
        throw new StackConflictError(
          `${plan.part} of this home already runs on port ${record.ports[name]} (pid ${record.process.pid}), not ${port}. Stop it first, or ask for that port.`,
        );
      }
    }
    const orphaned = record.owner !== null && !(await isRunning(record.owner));
    try {
      await whenReady(plan.part, folder, record, () => plan.probe(record.ports), orphaned ? 10_000 : READY_DEADLINE_MS);
    } catch (error) {
      if (!orphaned) throw error;
      await stopServer(folder, record);
      return false;
    }
    if (orphaned) {
      await writeRecord(folder, { ...record, owner: this.owner });
      this.#ours.set(plan.name, record);
    }
    this.report({ part: plan.part, message: `already running on port ${portList(record.ports)}`, done: true });
    return true;
  }
}

function portList(ports: Readonly<Record<string, number>>): string {
  return String(Object.values(ports)[0]);
}
