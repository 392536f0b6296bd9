import {
  decodeChange,
  type Deed,
  deedOf,
  ErasedCustomers,
  type LogMessage,
  type LogTransport,
  Projection,
  type ShopChange,
  Topics,
} from '@laurel/change-log';
import { Readiness, SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';
import { LOG_TRANSPORT } from '../resources.js';
import { AudienceFacts } from './audience-facts.js';
import { listNews, type ListNews, RecommendedLists } from './recommendations/recommended-lists.js';

/** Keeps what audiences are made from up to date with the log: facts from the shop's changes, and the recommender's lists. */
@Injectable()
export class AudienceProjections implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly shop: Projection<ShopChange>;
  private readonly recommended: Projection<ListNews>;

  constructor(
    @Inject(SERVICE_CONTEXT) context: ServiceContext,
    @Inject(LOG_TRANSPORT) transport: LogTransport,
    private readonly facts: AudienceFacts,
    private readonly lists: RecommendedLists,
    readiness: Readiness,
    registry: Registry,
  ) {
    const { settings, laurelDb: db, mongo, logger } = context;
    const topics = new Topics(settings.topicPrefix, settings.shopDatabase);
    const skipped = new Counter({
      name: 'laurel_audiences_skipped_changes_total',
      help: 'Malformed changes left out of the audiences',
      registers: [registry],
    });
    const erased = new ErasedCustomers(db);
    const events = topics.changes('events');
    this.shop = new Projection<ShopChange>({
      name: 'audiences',
      transport,
      mongo,
      db,
      logger,
      group: topics.group('audiences'),
      topics: [topics.changes('customers'), topics.changes('products'), topics.changes('orders'), events],
      decode: (topic, message) => {
        if (topic === events && !mayBeAboutPurchase(message)) return undefined;
        try {
          return decodeChange(topics, topic, message);
        } catch {
          skipped.inc();
          return undefined;
        }
      },
      apply: async (changes, session) => facts.apply(await erased.without(changes, deedOf, session), session),
    });
    this.recommended = new Projection<ListNews>({
      name: 'audience recommendations',
      transport,
      mongo,
      db,
      logger,
      group: topics.group('audience-recommendations'),
      topics: [topics.recommendations],
      decode: (_, message) => listNews(message),
      apply: async (news, session) => lists.apply(await erased.without(news, deedOfList, session), session),
    });
    readiness.add('audiences', () => this.shop.readiness() ?? this.recommended.readiness());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.facts.prepare();
    await this.lists.prepare();
    await this.shop.start();
    await this.recommended.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.recommended.stop();
    await this.shop.stop();
  }
}

/** A list that was made before its customer was erased is theirs no more. */
function deedOfList({ customerId, list }: ListNews): Deed | undefined {
  return list ? { customerId, at: list.madeAt } : undefined;
}

/** Most events are none; a look at the bytes spares reading them. An event that is changed or deleted may have been a purchase before. */
function mayBeAboutPurchase({ value }: LogMessage): boolean {
  return value !== null && (value.includes('purchase') || value.includes('"op":"u"') || value.includes('"op":"d"'));
}
