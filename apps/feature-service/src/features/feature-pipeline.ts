import { setTimeout as sleep } from 'node:timers/promises';
import {
  decodeChange,
  type Deed,
  deedOf,
  ErasedCustomers,
  type LogTransport,
  Projection,
  SubjectListener,
  SubjectRequests,
  Topics,
} from '@laurel/change-log';
import { Readiness, SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { LOG_TRANSPORT } from '../log-transport-token.js';
import { FeatureSubjectHolder } from '../subjects/feature-subject-holder.js';
import { ChangedCustomers } from './changed-customers.js';
import { type FeatureChange, featureChangeOf } from './feature-change.js';
import { FeaturePublisher } from './feature-publisher.js';
import { FeatureReader } from './feature-reader.js';
import { FeatureStore } from './feature-store.js';
import { WindowSweep } from './window-sweep.js';

const CATCHING_UP_LAG = 500;
const MANY_CUSTOMERS = 200;
const MANY_CHANGES = 200;
const QUIET_MS = 1500;
const LONGEST_PAUSE_MS = 60_000;
const PAUSE_POLL_MS = 20;
const SWEEP_EVERY_MS = 3_600_000;

/** What a change means to the features, and whose doing it tells of. */
interface FeatureNews {
  change: FeatureChange;
  deed: Deed | undefined;
}

/**
 * Keeps the folded state up to date with the shop's changes, and the features topic with the state: at once while the changes come as they
 * happen; while a backlog is read, or an import goes on, every minute and at its end.
 */
@Injectable()
export class FeaturePipeline implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly store: FeatureStore;
  private readonly changed: ChangedCustomers;
  private readonly projection: Projection<FeatureNews>;
  private readonly subjects: SubjectListener;
  private readonly publisher: FeaturePublisher;
  private readonly sweep: WindowSweep;
  private readonly skipped: Counter;
  private readonly published: Counter;
  private lastManyMs = -Infinity;
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
    this.changed = new ChangedCustomers({ db: laurelDb, logger, instanceId });
    this.publisher = new FeaturePublisher(laurelDb, this.reader(), transport, topics.features);
    this.sweep = new WindowSweep(mongo, laurelDb, this.store, this.changed, settings.featureWindowDays);
    const erased = new ErasedCustomers(laurelDb);
    this.subjects = new SubjectListener({
      transport,
      topics,
      logger,
      requests: new SubjectRequests({ db: laurelDb, mongo, logger, instanceId }),
      holder: new FeatureSubjectHolder(mongo, this.store, this.changed),
    });
    this.projection = new Projection<FeatureNews>({
      name: 'features',
      transport,
      mongo,
      db: laurelDb,
      logger,
      group: topics.group('features'),
      topics: [topics.changes('customers'), topics.changes('orders'), topics.changes('events')],
      decode: (topic, message) => {
        try {
          const shopChange = decodeChange(topics, topic, message);
          const change = shopChange && featureChangeOf(shopChange);
          return change && { change, deed: deedOf(shopChange) };
        } catch {
          this.skipped.inc();
          return undefined;
        }
      },
      apply: async (news, session) => {
        const kept = await erased.without(news, ({ deed }) => deed, session);
        const customers = await this.store.apply(
          kept.map(({ change }) => change),
          session,
        );
        await this.changed.add(session, customers);
      },
      committed: changes => {
        if (changes.length >= MANY_CHANGES) this.lastManyMs = performance.now();
        this.changed.notify();
      },
      transactionMessages: 20_000,
    });
    readiness.add(
      'features',
      () => this.projection.readiness() ?? this.changed.readiness() ?? this.subjects.readiness(),
    );
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
      help: 'Changes of the shop not yet in the features, and batches of customers not yet published',
      registers: [registry],
      collect: gauge(async () => this.projection.lag() + (await this.changed.pending())),
    });
  }

  /** Reads features from the state that this pipeline keeps. */
  reader(): FeatureReader {
    return new FeatureReader(this.store, this.context.settings.featureWindowDays);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.store.prepare();
    await this.changed.start(async customerIds => {
      await this.publisher.publish(customerIds);
      this.published.inc(customerIds.length);
      if (customerIds.length >= MANY_CUSTOMERS) await this.untilCaughtUp();
    });
    await this.projection.start();
    await this.subjects.start();
    this.sweepNow();
    this.sweepTimer = setInterval(() => this.sweepNow(), SWEEP_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearInterval(this.sweepTimer);
    await this.subjects.stop();
    await this.projection.stop();
    await this.sweeping;
    await this.changed.stop();
  }

  private async untilCaughtUp(): Promise<void> {
    const untilMs = performance.now() + LONGEST_PAUSE_MS;
    while (!this.stopping && this.catchingUp() && performance.now() < untilMs) await sleep(PAUSE_POLL_MS);
  }

  private catchingUp(): boolean {
    return this.projection.lag() > CATCHING_UP_LAG || performance.now() - this.lastManyMs < QUIET_MS;
  }

  private sweepNow(): void {
    this.sweeping = this.sweep.run(new Date()).then(
      customers => {
        this.context.logger.info({ customers }, 'features refreshed for customers with something that left the window');
        this.changed.notify();
      },
      (err: unknown) =>
        this.context.logger.error({ err }, 'sweep of the feature window failed; the next one makes up for it'),
    );
  }
}

function gauge(value: () => Promise<number>) {
  return async function collect(this: Gauge): Promise<void> {
    this.set(await value());
  };
}
