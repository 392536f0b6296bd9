import { randomUUID } from 'node:crypto';
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
import { ShopMapping } from '@laurel/shop';
import { Readiness, SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Collection } from 'mongodb';
import { Counter, Registry } from 'prom-client';
import { LOG_TRANSPORT } from '../resources.js';
import { TierPipeline } from '../tiers/tier-pipeline.js';
import { AudienceExport, type ExportCounts } from './audience-export.js';
import { AudienceFacts } from './audience-facts.js';
import { AudienceMembers } from './audience-members.js';
import type { Audience, AudienceFilter } from './audience.js';
import { ContactReader } from './contact/contact-reader.js';
import { MemberRecommendations } from './recommendations/member-recommendations.js';
import { listNews, type ListNews, RecommendedLists } from './recommendations/recommended-lists.js';
import { fileFormat, type FormatName } from './formats/file-format.js';

type StoredAudience = Omit<Audience, 'id' | 'created_at'> & { _id: string; created_at: Date };

/** What an export was, kept for those who ask later: counts, no personal data. */
export interface ExportReport extends ExportCounts {
  _id: string;
  audience_id: string;
  format: FormatName;
  status: 'running' | 'complete' | 'aborted';
  started_at: Date;
  finished_at: Date | null;
  checksum_sha256: string | null;
  model_version: string | null;
  /** How many recommendations a row carries; 0 where none. */
  top: number;
}

/** Recommendations were asked for before the recommender has told any. */
export class NoRecommendationsYetError extends Error {
  constructor() {
    super(
      'There are no recommendations yet: they come some seconds after the recommender is ready. Ask again, or leave "top" out.',
    );
    this.name = 'NoRecommendationsYetError';
  }
}

/** Saved audiences, their sizes and their files. */
@Injectable()
export class AudienceService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly audiences: Collection<StoredAudience>;
  private readonly reports: Collection<ExportReport>;
  private readonly members: AudienceMembers;
  private readonly contacts: ContactReader;
  private readonly projection: Projection<ShopChange>;
  private readonly listsProjection: Projection<ListNews>;

  constructor(
    @Inject(SERVICE_CONTEXT) context: ServiceContext,
    @Inject(LOG_TRANSPORT) transport: LogTransport,
    private readonly facts: AudienceFacts,
    private readonly lists: RecommendedLists,
    private readonly pipeline: TierPipeline,
    readiness: Readiness,
    registry: Registry,
  ) {
    const { settings, laurelDb, shopDb, mongo, logger } = context;
    const topics = new Topics(settings.topicPrefix, settings.shopDatabase);
    this.audiences = laurelDb.collection<StoredAudience>('audiences');
    this.reports = laurelDb.collection<ExportReport>('audience_exports');
    this.members = new AudienceMembers(pipeline.store, facts);
    this.contacts = new ContactReader(shopDb, ShopMapping.read(settings));
    const skipped = new Counter({
      name: 'laurel_audiences_skipped_changes_total',
      help: 'Malformed changes left out of the audiences',
      registers: [registry],
    });
    const erased = new ErasedCustomers(laurelDb);
    const events = topics.changes('events');
    this.projection = new Projection<ShopChange>({
      name: 'audiences',
      transport,
      mongo,
      db: laurelDb,
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
    this.listsProjection = new Projection<ListNews>({
      name: 'audience recommendations',
      transport,
      mongo,
      db: laurelDb,
      logger,
      group: topics.group('audience-recommendations'),
      topics: [topics.recommendations],
      decode: (_, message) => listNews(message),
      apply: async (news, session) => lists.apply(await erased.without(news, deedOfList, session), session),
    });
    readiness.add('audiences', () => this.projection.readiness() ?? this.listsProjection.readiness());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.facts.prepare();
    await this.lists.prepare();
    await this.reports.createIndexes([{ key: { audience_id: 1, started_at: -1 } }]);
    await this.projection.start();
    await this.listsProjection.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.listsProjection.stop();
    await this.projection.stop();
  }

  /** All saved audiences, the oldest first. */
  async list(): Promise<Audience[]> {
    return (await this.audiences.find({}, { sort: { created_at: 1, _id: 1 } }).toArray()).map(audienceOf);
  }

  async find(id: string): Promise<Audience | undefined> {
    const stored = await this.audiences.findOne({ _id: id });
    return stored ? audienceOf(stored) : undefined;
  }

  async save(name: string, filter: AudienceFilter): Promise<Audience> {
    const stored = { _id: randomUUID(), name, filter, created_at: new Date() };
    await this.audiences.insertOne(stored);
    return audienceOf(stored);
  }

  async remove(id: string): Promise<boolean> {
    return (await this.audiences.deleteOne({ _id: id })).deletedCount > 0;
  }

  /** How many customers a filter fits now. */
  count(filter: AudienceFilter): Promise<number> {
    return this.members.count(filter);
  }

  /** The report of an export of an audience. */
  async report(audienceId: string, exportId: string): Promise<ExportReport | undefined> {
    return (await this.reports.findOne({ _id: exportId, audience_id: audienceId })) ?? undefined;
  }

  /**
   * Begins a file; with `top`, each row carries that many recommendations. Its report is kept from the first chunk, and completed after
   * the last.
   *
   * @throws NoRoomForRecommendationsError, NoRecommendationsYetError
   */
  async export(
    audience: Audience,
    name: FormatName,
    top = 0,
  ): Promise<{ id: string; file: AudienceExport; chunks: AsyncGenerator<string> }> {
    const { modelVersion } = await this.pipeline.store.clock();
    const format = fileFormat(name, top);
    if (top > 0 && !(await this.lists.any())) throw new NoRecommendationsYetError();
    const recommendations = top > 0 ? new MemberRecommendations(this.lists, this.facts, top) : undefined;
    const file = new AudienceExport(this.members.batches(audience.filter), this.contacts, format, recommendations);
    const report: ExportReport = {
      _id: randomUUID(),
      audience_id: audience.id,
      format: name,
      status: 'running',
      started_at: new Date(),
      finished_at: null,
      checksum_sha256: null,
      model_version: modelVersion,
      top,
      ...file.counts,
    };
    await this.reports.insertOne(report);
    return { id: report._id, file, chunks: this.reported(report._id, file) };
  }

  private async *reported(id: string, file: AudienceExport): AsyncGenerator<string> {
    let status: ExportReport['status'] = 'aborted';
    try {
      yield* file.chunks();
      status = 'complete';
    } finally {
      const checksum_sha256 = status === 'complete' ? file.checksum() : null;
      await this.reports.updateOne(
        { _id: id },
        { $set: { ...file.counts, status, finished_at: new Date(), checksum_sha256 } },
      );
    }
  }
}

/** A list that was made before its customer was erased is theirs no more. */
function deedOfList({ customerId, list }: ListNews): Deed | undefined {
  return list ? { customerId, at: list.madeAt } : undefined;
}

function audienceOf({ _id, name, filter, created_at }: StoredAudience): Audience {
  return { id: _id, name, filter, created_at: created_at.toISOString() };
}

/** Most events are none; a look at the bytes spares reading them. An event that is changed or deleted may have been a purchase before. */
function mayBeAboutPurchase({ value }: LogMessage): boolean {
  return value !== null && (value.includes('purchase') || value.includes('"op":"u"') || value.includes('"op":"d"'));
}
