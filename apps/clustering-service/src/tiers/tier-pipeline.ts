import { type LogTransport, Outbox, Projection, Topics } from '@laurel/change-log';
import { Readiness, SERVICE_CONTEXT, type ServiceContext, WakeableRest } from '@laurel/service';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { readTierConfiguration, type TierConfiguration } from '../configuration/tier-configuration.js';
import { LiveTierModels, USER_CLUSTERS } from '../models/live-tier-models.js';
import { ModelShelf } from '../models/model-shelf.js';
import { LOG_TRANSPORT } from '../resources.js';
import { WebhookDispatcher } from '../webhooks/webhook-dispatcher.js';
import { featureNews, type FeatureNews } from './feature-message.js';
import { TierDecider } from './tier-decider.js';
import { publishTiers } from './tier-publisher.js';
import { TierStore } from './tier-store.js';

const POLL_MS = 500;
const RETRY_MS = 1000;
/** Without a model everybody is Bronze, and a first training often follows the first features: that waits for a lull, but no longer than this. */
const LULL_MS = 5000;
const LONGEST_WAIT_FOR_LULL_MS = 20_000;

/**
 * Keeps every customer's tier decided: when their features change, when time has made something due, and for all customers when another
 * model goes live. One decision at a time in this process.
 */
@Injectable()
export class TierPipeline implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly configuration: TierConfiguration;
  readonly store: TierStore;
  readonly outbox: Outbox;
  private readonly decider: TierDecider;
  private readonly projection: Projection<FeatureNews>;
  private readonly topic: string;
  private models = LiveTierModels.NONE;
  private failure: string | undefined;
  private queue: Promise<void> = Promise.resolve();
  private loop: Promise<void> = Promise.resolve();
  private readonly rest = new WakeableRest();
  private news: { sinceMs: number; lastMs: number } | undefined;
  private stopped = false;
  private unwatch: (() => Promise<void>) | undefined;

  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    @Inject(LOG_TRANSPORT) private readonly transport: LogTransport,
    private readonly shelf: ModelShelf,
    private readonly webhooks: WebhookDispatcher,
    readiness: Readiness,
    registry: Registry,
  ) {
    const { settings, laurelDb, mongo, logger, instanceId } = context;
    const topics = new Topics(settings.topicPrefix, settings.shopDatabase);
    this.topic = topics.tiers;
    this.configuration = readTierConfiguration(settings.home);
    this.store = new TierStore(laurelDb);
    this.outbox = new Outbox({ name: 'tiers', db: laurelDb, logger, instanceId });
    this.decider = new TierDecider(
      mongo,
      this.store,
      this.outbox,
      webhooks.store,
      this.configuration,
      settings.featureWindowDays,
    );
    this.projection = new Projection<FeatureNews>({
      name: 'tiers',
      transport,
      mongo,
      db: laurelDb,
      logger,
      group: topics.group('tiers'),
      topics: [topics.features],
      decode: (_, message) => featureNews(message),
      apply: (news, session) =>
        this.store.applyNews(new Map(news.map(({ customerId, known }) => [customerId, known])), session),
      committed: () => this.noteNews(),
    });
    readiness.add('tiers', () => this.projection.readiness() ?? this.outbox.readiness() ?? this.failure);
    new Gauge({
      name: 'laurel_tiers_lag',
      help: 'Features not yet in the tiers',
      registers: [registry],
      collect: gauge(() => this.projection.lag()),
    });
  }

  /** The models that decisions follow now. */
  live(): LiveTierModels {
    return this.models;
  }

  /** Decides for these customers now, after whatever is being decided. */
  decideNow(ids: readonly string[]): Promise<void> {
    return this.serially(async () => {
      await this.decider.decide(ids, this.models, new Date());
      this.webhooks.notify();
    });
  }

  /** Runs work while no decision is being made in this process. */
  serially(work: () => Promise<void>): Promise<void> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.store.prepare();
    await this.shelf.prepare();
    const state = await this.shelf.registry.serving(USER_CLUSTERS);
    if (state) await this.adopt(await this.shelf.load(state));
    this.unwatch = this.shelf.registry.watch(USER_CLUSTERS, next => {
      if (next.revision <= this.models.revision) return;
      this.shelf.load(next).then(
        models => this.adopt(models),
        (err: unknown) => this.context.logger.error({ err }, 'a promoted model cannot be loaded; the one before stays'),
      );
    });
    await this.outbox.start(entries => publishTiers(this.transport, this.topic, entries));
    await this.projection.start();
    this.loop = this.decideForever();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.unwatch?.();
    await this.projection.stop();
    this.rest.wakeUp();
    await this.loop;
    await this.outbox.stop();
  }

  /** Follows other models from now on, and marks every customer to be decided by them. */
  private adopt(models: LiveTierModels): Promise<void> {
    return this.serially(async () => {
      if (models.revision <= this.models.revision) return;
      this.models = models;
      const { revision } = models;
      const modelVersion = models.live ? String(models.live.version) : null;
      await this.store.clocks.updateOne(
        { _id: 'tiers', revision: { $lt: revision } },
        { $set: { revision, modelVersion } },
      );
      const clock = await this.store.clock();
      if (clock.markedRevision < revision) {
        await this.store.customers.updateMany({}, { $set: { stale: true } });
        await this.store.clocks.updateOne({ _id: 'tiers' }, { $max: { markedRevision: revision } });
      }
      this.context.logger.info({ modelVersion, revision }, 'tiers follow this model now');
      this.rest.wakeUp();
    });
  }

  private async decideForever(): Promise<void> {
    while (!this.stopped) {
      this.rest.beginRound();
      const lullInMs = this.lullInMs();
      if (lullInMs > 0) {
        await this.rest.rest(lullInMs);
        continue;
      }
      this.news = undefined;
      let decided = 0;
      try {
        await this.serially(async () => {
          decided = await this.decider.decideDue(this.models, new Date());
          if (decided > 0) this.webhooks.notify();
        });
        this.failure = undefined;
      } catch (err) {
        this.failure = `tiers cannot be decided: ${err instanceof Error ? err.message : String(err)}`;
        this.context.logger.error({ err }, 'tiers cannot be decided; trying again');
      }
      if (this.failure !== undefined) await this.rest.rest(RETRY_MS);
      else if (decided === 0) await this.rest.rest(POLL_MS);
    }
  }

  private noteNews(): void {
    const lastMs = performance.now();
    this.news = { sinceMs: this.news?.sinceMs ?? lastMs, lastMs };
    if (this.models.live) this.rest.wakeUp();
  }

  /** How long decisions without a model still wait; 0 with one. */
  private lullInMs(): number {
    if (this.models.live || !this.news) return 0;
    const { sinceMs, lastMs } = this.news;
    return Math.min(lastMs + LULL_MS, sinceMs + LONGEST_WAIT_FOR_LULL_MS) - performance.now();
  }
}

function gauge(value: () => number) {
  return function collect(this: Gauge): void {
    this.set(value());
  };
}
