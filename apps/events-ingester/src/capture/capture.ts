import { LeaseHolder, type LogTransport, type Topics } from '@laurel/change-log';
import { Leases, type ServiceContext } from '@laurel/service';
import { ShopMapping } from '@laurel/shop';
import type { Warehouse } from '@laurel/warehouse';
import type { Logger } from 'pino';
import { CaptureRun } from './capture-run.js';
import { CaptureStatus } from './capture-status.js';
import { ChangeSender, LeaseLostError } from './change-sender.js';
import { CheckpointLog } from './checkpoint-log.js';
import { PostImages } from './post-images.js';

export interface CaptureOptions {
  context: ServiceContext;
  transport: LogTransport;
  warehouse: Warehouse;
  topics: Topics;
  logger: Logger;
  /** How long after a writer's death another takes over. Default 10 s. */
  leaseMs?: number;
}

const LONGEST_PAUSE_MS = 10_000;

/** Reads the shop's database into the log. Of all processes that run it, one works and the others stand by. */
export class Capture {
  readonly status = new CaptureStatus();
  private readonly mapping: ShopMapping;
  private readonly lease: LeaseHolder;
  private loop: Promise<void> | undefined;
  private stopping = false;
  private endPause: (() => void) | undefined;

  /** @throws ShopMappingError, SettingsError when the file that says how the shop is kept cannot be used. */
  constructor(private readonly options: CaptureOptions) {
    const { context, logger, leaseMs = 10_000 } = options;
    this.mapping = ShopMapping.read(context.settings);
    this.lease = new LeaseHolder({
      leases: new Leases(context.laurelDb, context.instanceId, leaseMs),
      name: `capture:${context.settings.shopDatabase}`,
      logger,
      renewEveryMs: leaseMs / 4,
    });
  }

  async start(): Promise<void> {
    await this.lease.start();
    if (!this.lease.held()) this.status.state = 'standby';
    this.loop = this.run();
  }

  /** Ends after what is being sent, with its checkpoint written, and lets another process take over at once. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.endPause?.();
    const lease = this.lease.held() ? undefined : this.lease.stop();
    await this.loop;
    await (lease ?? this.lease.stop());
    this.status.state = 'stopped';
  }

  /** Why changes do not reach the log from this process, nor may from another; undefined when all is well. */
  readiness(): string | undefined {
    const { state, error } = this.status;
    if (state === 'failing') return `capture: ${error ?? 'failing'}`;
    return state === 'starting' ? 'capture is starting' : undefined;
  }

  private async run(): Promise<void> {
    let pauseMs = 100;
    while (!this.stopping) {
      await this.lease.acquired();
      const token = this.lease.held()?.token;
      if (this.stopping || token === undefined) continue;
      const beganMs = Date.now();
      try {
        await this.reign(token);
        this.status.error = undefined;
        if (!this.stopping) this.status.state = 'standby';
      } catch (error) {
        if (error instanceof LeaseLostError) {
          this.status.state = 'standby';
          continue;
        }
        if (Date.now() - beganMs > LONGEST_PAUSE_MS) pauseMs = 100;
        this.status.state = 'failing';
        this.status.error = error instanceof Error ? error.message : String(error);
        this.options.logger.error({ err: error, pauseMs }, 'capture failed; it continues from its checkpoint');
        await this.pause(pauseMs);
        pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
      }
    }
  }

  private async reign(token: number): Promise<void> {
    const { mapping } = this;
    const { context, transport, warehouse, topics, logger } = this.options;
    const { shopDb, settings } = context;
    const mayGoOn = () => !this.stopping && this.lease.held()?.token === token;
    await new CaptureRun({
      shopDb,
      transport,
      warehouse,
      topics,
      mapping,
      logger,
      mayGoOn,
      status: this.status,
      images: new PostImages(shopDb, logger),
      checkpoints: new CheckpointLog(transport, topics, settings.shopDatabase, mapping.fingerprint),
      sender: new ChangeSender(
        transport,
        topics,
        settings.topicPrefix,
        mapping,
        () => this.lease.held()?.token === token,
      ),
    }).run(token);
  }

  private async pause(ms: number): Promise<void> {
    if (this.stopping) return;
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
