import {
  ErasedCustomers,
  Projection,
  SubjectListener,
  SubjectRequests,
  Topics,
  type LogTransport,
} from '@laurel/change-log';
import type { ServiceContext } from '@laurel/service';
import { RecommenderSubjectHolder } from '../subjects/recommender-subject-holder.js';
import { prepareCollections, readModelCollections } from './collections.js';
import { decodeNews, type DecodedNews } from './message-decoder.js';
import { ReadModelWriter } from './read-model-writer.js';
import type { ShopState } from './shop-state.js';
import { StateFollower } from './state-follower.js';

/** The recommender's read model: written from the log to MongoDB by the replicas together, followed into memory by each. */
export class ReadModel {
  private readonly projection: Projection<DecodedNews>;
  private readonly follower: StateFollower;
  private readonly subjects: SubjectListener;
  private caughtUp = false;

  constructor(
    private readonly context: ServiceContext,
    transport: LogTransport,
    skipped: (topic: string) => void,
  ) {
    const { settings, laurelDb: db, mongo, logger, instanceId } = context;
    const topics = new Topics(settings.topicPrefix, settings.shopDatabase);
    const collections = readModelCollections(db);
    const writer = new ReadModelWriter(collections);
    const erased = new ErasedCustomers(db);
    this.subjects = new SubjectListener({
      transport,
      topics,
      logger,
      requests: new SubjectRequests({ db, mongo, logger, instanceId }),
      holder: new RecommenderSubjectHolder(mongo, collections, transport, topics.recommendations),
    });
    this.follower = new StateFollower(db, logger);
    this.projection = new Projection<DecodedNews>({
      name: 'recommender',
      transport,
      mongo,
      db,
      logger,
      group: topics.group('recommender'),
      topics: [
        topics.changes('products'),
        topics.changes('customers'),
        topics.changes('orders'),
        topics.changes('events'),
        topics.changes('feedback'),
        topics.features,
        topics.tiers,
      ],
      decode: (topic, message) => decodeNews(topics, topic, message, skipped),
      apply: async (items, session) => {
        const kept = await erased.without(items, ({ deed }) => deed, session);
        await writer.apply(
          kept.map(({ news }) => news),
          session,
        );
      },
    });
  }

  /** What answers are made from. */
  get state(): ShopState {
    return this.follower.state;
  }

  /** Messages not yet applied. */
  lag(): number {
    return this.projection.lag();
  }

  async start(): Promise<void> {
    await prepareCollections(readModelCollections(this.context.laurelDb));
    this.follower.start();
    await this.projection.start();
    await this.subjects.start();
    void this.projection.caughtUp().then(() => {
      this.caughtUp = true;
    });
  }

  async stop(): Promise<void> {
    await this.subjects.stop();
    await this.projection.stop();
    await this.follower.stop();
  }

  /** Why answers may be out of date, or undefined. */
  readiness(): string | undefined {
    const behind = this.caughtUp ? undefined : `catching up with the log: ${this.projection.lag()} messages to go`;
    return this.follower.readiness() ?? this.projection.readiness() ?? behind ?? this.subjects.readiness();
  }
}
