import { setTimeout as sleep } from 'node:timers/promises';
import { decodeChange, type LogTransport, Outbox, Projection, type ShopChange, Topics } from '@laurel/change-log';
import { Readiness, SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { LOG_TRANSPORT } from '../log-transport-token.js';
import { FeaturePublisher } from './feature-publisher.js';
import { FeatureReader } from './feature-reader.js';
import { FeatureStore } from './feature-store.js';
import { WindowSweep } from './window-sweep.js';

const CATCHING_UP_LAG = 500;
const SHORTEST_PAUSE_MS = 1000;
const PAUSE_PER_WORK = 20;
const LAG_POLL_MS = 20;
const SWEEP_EVERY_MS = 3_600_000;

/**
 * Keeps the folded state up to date with the shop's changes, and the features topic with the state: at once while the changes come as they
 * happen; while a backlog is read only now and then, so that it takes a twentieth of the time.
 */
@Injectable()
export class FeaturePipeline implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly store: FeatureStore;
  private readonly outbox: Outbox;
  private readonly projection: Projection<ShopChange>;
  private readonly publisher: FeaturePublisher;
  private readonly sweep: WindowSweep;
  private readonly skipped: Counter;
  private readonly published: Counter;
  private lastPublishMs = 0;
  private stopping = false;
  private sweepTimer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    @Inject(LOG_TRANSPORT) transport: LogTransport,
    readiness: Readiness,
    registry: Registry,
  ) {
    const { settings, laurelDb, mongo, logger, instanceId } = context;
    const topics = new Topics(settings.topicPrefix, settings.shopDatabase);
    this.store = new FeatureStore(laurelDb);
    this.outbox = new Outbox({ name: 'features', db: laurelDb, logger, instanceId, batchSize: 20_000 });
    this.publisher = new FeaturePublisher(laurelDb, this.reader(), transport, topics.features);
    this.sweep = new WindowSweep(mongo, laurelDb, this.store, this.outbox, settings.featureWindowDays);
    this.projection = new Projection<ShopChange>({
      name: 'features',
      transport,
      mongo,
      db: laurelDb,
      logger,
      group: topics.group('features'),
      topics: [topics.changes('customers'), topics.changes('orders'), topics.changes('events')],
      decode: (topic, message) => {
        try {
          return decodeChange(topics, topic, message);
        } catch {
          this.skipped.inc();
          return undefined;
        }
      },
      apply: async (changes, session) => {
        await this.outbox.add(session, await this.store.apply(changes, session));
      },
      committed: () => this.outbox.notify(),
      transactionMessages: 20_000,
    });
    readiness.add('features', () => this.projection.readiness() ?? this.outbox.readiness());
    this.skipped = new Counter({
      name: 'laurel_features_skipped_changes_total',
      help: 'Malformed changes left out of the features',
      registers: [registry],
    });
    this.published = new Counter({
      name: 'laurel_features_published_total',
      help: 'Features published',
      registers: [registry],
    });
    new Gauge({
      name: 'laurel_features_lag',
      help: 'Changes of the shop not yet in the features',
      registers: [registry],
      collect: gauge(() => this.projection.lag()),
    });
  }

  /** Reads features from the state that this pipeline keeps. */
  reader(): FeatureReader {
    return new FeatureReader(this.store, this.context.settings.featureWindowDays);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.store.prepare();
    await this.outbox.start(async entries => {
      await this.pauseWhileCatchingUp();
      const startedMs = performance.now();
      await this.publisher.publish(entries.map(({ key }) => key));
      this.lastPublishMs = performance.now() - startedMs;
      this.published.inc(entries.length);
    });
    await this.projection.start();
    this.sweepNow();
    this.sweepTimer = setInterval(() => this.sweepNow(), SWEEP_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearInterval(this.sweepTimer);
    await this.projection.stop();
    await this.sweeping;
    await this.outbox.stop();
  }

  private async pauseWhileCatchingUp(): Promise<void> {
    const untilMs = performance.now() + Math.max(SHORTEST_PAUSE_MS, PAUSE_PER_WORK * this.lastPublishMs);
    while (!this.stopping && this.projection.lag() > CATCHING_UP_LAG && performance.now() < untilMs)
      await sleep(LAG_POLL_MS);
  }

  private sweepNow(): void {
    this.sweeping = this.sweep.run(new Date()).then(
      customers => {
        this.context.logger.info({ customers }, 'features refreshed for customers with something that left the window');
        this.outbox.notify();
      },
      (err: unknown) =>
        this.context.logger.error({ err }, 'sweep of the feature window failed; the next one makes up for it'),
    );
  }
}

function gauge(value: () => number) {
  return function collect(this: Gauge): void {
    this.set(value());
  };
}
