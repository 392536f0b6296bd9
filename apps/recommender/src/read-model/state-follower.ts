import { setTimeout as pause } from 'node:timers/promises';
import { type ChangeStream, type Db, Timestamp } from 'mongodb';
import type { Logger } from 'pino';
import { z } from 'zod';
import { COLLECTION_NAMES, readModelCollections } from './collections.js';
import { ShopState } from './shop-state.js';
import { StateLoader } from './state-loader.js';
import { applyStreamEvent, type ReadModelDocument } from './stream-events.js';

const RETRY_MS = 1000;
const helloSchema = z.object({ operationTime: z.instanceof(Timestamp) });

/**
 * Keeps {@link ShopState} in memory equal to the read model in MongoDB, whichever process writes that: loads it once, then follows its change
 * stream. Where the stream breaks for good it loads everything anew beside the old state, which goes on answering meanwhile.
 */
export class StateFollower {
  private loaded: ShopState | undefined;
  private problem = 'the read model is being loaded';
  private stream: ChangeStream<ReadModelDocument> | undefined;
  private loop: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly db: Db,
    private readonly logger: Logger,
  ) {}

  /** What answers are made from; empty until the first load. */
  get state(): ShopState {
    return (this.loaded ??= new ShopState());
  }

  /** Loads and follows, in the background. */
  start(): void {
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.stream?.close();
    await this.loop;
  }

  /** Why memory is not up to date, or undefined while it is. */
  readiness(): string | undefined {
    return this.problem === '' ? undefined : this.problem;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.loadAndFollow();
      } catch (error) {
        if (this.stopped) return;
        this.problem = `the read model cannot be followed: ${error instanceof Error ? error.message : String(error)}`;
        this.logger.error({ err: error }, 'read model lost; loading it anew');
        await pause(RETRY_MS);
      }
    }
  }

  private async loadAndFollow(): Promise<void> {
    const startedMs = performance.now();
    const { operationTime } = helloSchema.parse(await this.db.command({ hello: 1 }));
    const stream = this.db.watch<ReadModelDocument>(
      [{ $match: { 'ns.coll': { $in: Object.values(COLLECTION_NAMES) } } }],
      {
        startAtOperationTime: operationTime,
        fullDocument: 'updateLookup',
      },
    );
    this.stream = stream;
    try {
      const state = new ShopState();
      const loader = new StateLoader(state);
      await loader.loadAll(readModelCollections(this.db));
      this.loaded = state;
      this.problem = '';
      const { products } = state.catalogue.counts;
      const loadMs = Math.round(performance.now() - startedMs);
      this.logger.info(
        { products, customers: state.customers.size, orderLines: state.orders.lineCount, loadMs },
        'read model loaded',
      );
      for await (const event of stream) applyStreamEvent(loader, event);
      if (!this.stopped) throw new Error('the change stream ended');
    } finally {
      await stream.close();
    }
  }
}
