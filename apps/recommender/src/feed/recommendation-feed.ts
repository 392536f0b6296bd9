import { setTimeout as sleep } from 'node:timers/promises';
import { LeaseHolder, type LogTransport, type OutgoingMessage, partitionOf } from '@laurel/change-log';
import { stableHash } from '@laurel/learning';
import { Leases, type ServiceContext } from '@laurel/service';
import type { Collection } from 'mongodb';
import type { LiveRecommender } from '../answers/live-recommender.js';
import { Column } from '../columns/column.js';
import type { ShopState } from '../read-model/shop-state.js';
import { EVERYBODY, recommendationContent, recommendationMessage } from './recommendation-message.js';

/** How many products a list holds: more than is shown, since some may be bought or sold out before it is used. */
const LIST_LENGTH = 20;
const LEASE_MS = 10_000;
const LOOK_EVERY_MS = 1000;
/** Of the time of this thread, which answers requests, a pass takes a fifth. */
const WORK_MS = 4;
const REST_MS = 16;
/** Between two passes, and so many times as long as the last one took: what customers did since is told soon, for a hundredth of the thread. */
const LEAST_PAUSE_MS = 60_000;
const PAUSES_PER_PASS = 20;
/** Instead of the hash of a list: nobody knows what was told, by a process before this one, and there is none. */
const UNKNOWN = -1;
const NO_LIST = 0;

interface PassDocument {
  _id: 'recommendations';
  revision: number;
  finishedAt: Date;
  durationMs: number;
}

/** What a {@link RecommendationFeed} works with. */
export interface RecommendationFeedOptions {
  context: ServiceContext;
  transport: LogTransport;
  topic: string;
  /** Apart from the one that answers requests, so that a pass does not push visitors out of its memory. */
  live: LiveRecommender;
  state(): ShopState;
  /** Rises with every change of the models that serve; 0 before any does. */
  revision(): number;
  /** Why a pass must wait: memory is not up to date. */
  readiness(): string | undefined;
  /** How long after a short pass the next begins, where no other model goes live before. */
  leastPauseMs?: number;
}

/**
 * Tells the recommendations topic what every known customer would be recommended, for those who need it for many customers at once and not
 * for the visit of one: in passes, in the background, in one process at a time. Only lists that changed are told. A customer of whom nothing
 * personal is known gets the list of {@link EVERYBODY}.
 */
export class RecommendationFeed {
  private readonly lease: LeaseHolder;
  private readonly passes: Collection<PassDocument>;
  private readonly stopping = new AbortController();
  private told: { state: ShopState; hashes: Column<Int32Array> } | undefined;
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly options: RecommendationFeedOptions) {
    const { laurelDb, instanceId, logger } = options.context;
    this.passes = laurelDb.collection<PassDocument>('recommender_feed');
    this.lease = new LeaseHolder({
      leases: new Leases(laurelDb, instanceId, LEASE_MS),
      name: 'recommendations feed',
      logger,
      renewEveryMs: LEASE_MS / 4,
    });
  }

  async start(): Promise<void> {
    await this.lease.start();
    this.loop = this.run();
  }

  /** Ends within a moment; a pass cut short is made anew. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
    await this.lease.stop();
  }

  private async run(): Promise<void> {
    while (await this.rest(LOOK_EVERY_MS)) {
      try {
        if (!this.lease.held() || this.options.readiness() !== undefined) continue;
        const revision = this.options.revision();
        if (await this.isDue(revision)) await this.pass(revision);
      } catch (err) {
        this.told = undefined;
        this.options.context.logger.warn({ err }, 'recommendations could not be told; the next pass makes up for it');
      }
    }
  }

  private async isDue(revision: number): Promise<boolean> {
    const { leastPauseMs = LEAST_PAUSE_MS } = this.options;
    const last = await this.passes.findOne({ _id: 'recommendations' });
    if (last?.revision !== revision) return true;
    return Date.now() - last.finishedAt.getTime() >= Math.max(leastPauseMs, PAUSES_PER_PASS * last.durationMs);
  }

  private async pass(revision: number): Promise<void> {
    const startedMs = performance.now();
    const state = this.options.state();
    const told = this.toldOf(state);
    const madeAt = new Date();
    const { recommender } = this.options.live;
    const everybody = recommender.recommendations('', LIST_LENGTH, {}, {});
    await this.send([{ key: EVERYBODY, value: recommendationMessage(everybody, madeAt) }]);
    let messages: OutgoingMessage[] = [];
    let sliceMs = performance.now();
    let lists = 0;
    for (let customer = 0; customer < state.customers.size; customer++) {
      if (performance.now() - sliceMs >= WORK_MS) {
        await this.send(messages);
        lists += messages.length;
        messages = [];
        if (!(await this.rest(REST_MS)) || !this.lease.held() || this.options.state() !== state) return;
        sliceMs = performance.now();
      }
      const id = state.customers.id(customer);
      const list = this.listFor(state, customer, id);
      const hash = list ? stableHash(recommendationContent(list)) | 1 : NO_LIST;
      if (hash === told.get(customer)) continue;
      told.set(customer, hash);
      messages.push({ key: id, value: list ? recommendationMessage(list, madeAt) : null });
    }
    await this.send(messages);
    const durationMs = Math.round(performance.now() - startedMs);
    await this.passes.updateOne(
      { _id: 'recommendations' },
      { $set: { revision, finishedAt: new Date(), durationMs } },
      { upsert: true },
    );
    this.options.context.logger.info(
      { lists: lists + messages.length, customers: state.customers.size, durationMs },
      'recommendations of all customers told',
    );
  }

  /** A customer's own list; undefined where it would be everybody's, or nothing is known of them any more. */
  private listFor(state: ShopState, customer: number, id: string) {
    if (!state.profiles.of(customer)) return undefined;
    const list = this.options.live.recommender.recommendations(id, LIST_LENGTH, {}, {});
    return list.model.name === 'trending' ? undefined : list;
  }

  private toldOf(state: ShopState): Column<Int32Array> {
    if (this.told?.state !== state) this.told = { state, hashes: Column.int32(UNKNOWN) };
    return this.told.hashes;
  }

  private async send(messages: readonly OutgoingMessage[]): Promise<void> {
    const { transport, topic } = this.options;
    const partitions = await transport.partitionCount(topic);
    const own = Map.groupBy(messages, ({ key }) => partitionOf(key ?? '', partitions));
    for (const [partition, list] of own) await transport.send(topic, partition, list);
  }

  private rest(ms: number): Promise<boolean> {
    return sleep(ms, true, { signal: this.stopping.signal }).catch(() => false);
  }
}
