import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StackConflictError, StackError } from '../errors.js';
import { kafkaReady } from '../kafka/broker-ready.js';
import { takesWrites } from '../mongodb/replica-set.js';
import { claimPort } from '../ports/claim-port.js';
import { isRunning, type ProcessIdentity } from '../processes/process-identity.js';
import { unlessAborted } from '../processes/unless-aborted.js';
import { until } from '../processes/until.js';
import type { ReportProgress } from '../progress/stack-progress.js';
import {
  ComposeProject,
  DOCKER_SERVICES,
  dockerServicesOf,
  type DockerService,
  type ServicePorts,
} from './compose-project.js';

const READY_DEADLINE_MS = 60_000;

/** Where a home notes who stops a service that runs in Docker. That the folder is there says that the home's data are in Docker's volumes. */
export function dockerFolder(stackFolder: string): string {
  return join(stackFolder, 'docker');
}

/** The MongoDB and Kafka of one home as containers: finds those that run, starts the others, and remembers which are ours to stop. */
export class DockerServers {
  readonly project: ComposeProject;
  readonly #ours = new Set<DockerService>();

  /** @param owner who stops what is started; null for nobody. */
  constructor(
    private readonly stackFolder: string,
    private readonly owner: ProcessIdentity | null,
    private readonly report: ReportProgress,
    private readonly signal: AbortSignal = new AbortController().signal,
  ) {
    this.project = new ComposeProject(dirname(stackFolder));
  }

  get started(): string[] {
    return [...this.#ours].sort();
  }

  /**
   * Makes services ready on the ports wanted, 0 for any free one, and gives back the ports they have.
   *
   * @throws StackConflictError when one runs already on another port; PortTakenError; StackError
   */
  async bringUp(wanted: ServicePorts): Promise<ServicePorts> {
    const running = await this.project.running();
    const ports = { ...running };
    const missing: DockerService[] = [];
    for (const service of dockerServicesOf(wanted)) {
      const { part } = DOCKER_SERVICES[service];
      const port = wanted[service] ?? 0;
      const found = running[service];
      if (found === undefined) {
        ports[service] = await claimPort(part, port);
        missing.push(service);
      } else if (port !== 0 && port !== found) {
        throw new StackConflictError(
          `${part} of this home already runs in Docker on port ${found}, not ${port}. Stop it first, or ask for that port.`,
        );
      } else if (await this.isOrphan(service)) {
        await this.own(service);
      }
    }
    for (const service of missing) await this.own(service);
    if (missing.length > 0) await this.start(missing, ports);
    await Promise.all(dockerServicesOf(wanted).map(service => this.whenReady(service, ports[service] ?? 0)));
    return ports;
  }

  /** Stops what is ours. */
  async stopStarted(): Promise<void> {
    const ours = [...this.#ours];
    this.#ours.clear();
    if (ours.length > 0) await this.project.stop(ours);
  }

  /** Stops what was begun and forgets it: this home's data will not be in Docker. */
  async giveUp(): Promise<void> {
    await this.stopStarted();
    await rm(dockerFolder(this.stackFolder), { recursive: true, force: true });
  }

  private async start(services: readonly DockerService[], ports: ServicePorts): Promise<void> {
    const say = (message: string): void => {
      for (const service of services) this.report({ part: DOCKER_SERVICES[service].part, message });
    };
    say('starting in Docker');
    await this.project.up(services, ports, { signal: this.signal, onLine: line => say(`Docker: ${line}`) });
  }

  private async whenReady(service: DockerService, port: number): Promise<void> {
    const { part } = DOCKER_SERVICES[service];
    const probe = service === 'mongodb' ? () => takesWrites(port) : () => kafkaReady([`127.0.0.1:${port}`], 1);
    const ready = await unlessAborted(
      this.signal,
      until(() => probe().catch(() => false), READY_DEADLINE_MS),
    );
    if (!ready) {
      throw new StackError(
        `${part} runs in Docker, but did not answer on port ${port}. Its log: ${this.project.logCommand(service)}`,
      );
    }
    this.report({ part, message: `ready in Docker on port ${port}`, done: true });
  }

  private async own(service: DockerService): Promise<void> {
    await mkdir(dockerFolder(this.stackFolder), { recursive: true });
    await writeFile(this.notePath(service), JSON.stringify(this.owner));
    this.#ours.add(service);
  }

  /** Whether the process that was to stop it has died. */
  private async isOrphan(service: DockerService): Promise<boolean> {
    const owner: unknown = JSON.parse(await readFile(this.notePath(service), 'utf8').catch(() => 'null'));
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || !('startedAt' in owner)) return false;
    return !(await isRunning({ pid: Number(owner.pid), startedAt: String(owner.startedAt) }));
  }

  private notePath(service: DockerService): string {
    return join(dockerFolder(this.stackFolder), `${service}.json`);
  }
}
