import { randomUUID } from 'node:crypto';
import { ShopMapping } from '@laurel/shop';
import { SERVICE_CONTEXT, type ServiceContext } from '@laurel/service';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Collection } from 'mongodb';
import { USER_CLUSTERS } from '../models/live-tier-models.js';
import { DemandStore } from '../forecasts/demand-store.js';
import { OutlookService } from '../outlook/outlook-service.js';
import { TierPipeline } from '../tiers/tier-pipeline.js';
import { AudienceExport } from './audience-export.js';
import { AudienceFacts } from './audience-facts.js';
import { AudienceMembers, type AudienceSize, type ResolvedTarget } from './audience-members.js';
import { AudienceRows, type ExportCounts, type MemberGroup } from './audience-rows.js';
import type { Audience, NewAudience, Target } from './audience.js';
import { ContactReader } from './contact/contact-reader.js';
import { MemberRecommendations } from './recommendations/member-recommendations.js';
import { RecommendedLists } from './recommendations/recommended-lists.js';
import { type FileFormat, fileFormat } from './formats/file-format.js';
import { LikelyBuyers } from './likely-buyers.js';
import type { FormatName } from './formats/format-names.js';

type StoredAudience = NewAudience & { _id: string; created_at: Date; next_delivery_at?: Date };

/** How the rows of a file are asked for. */
export interface RowsChoice {
  format: FormatName;
  /** How many recommendations a row carries; 0 for none. */
  top: number;
  group: MemberGroup;
}

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
  /** By the model's name: of the tiers, and of the recommendations where rows carry some. */
  model_versions: Record<string, string>;
  /** What the audience was then. */
  definition: Target & { name: string };
  group: MemberGroup;
  /** How many recommendations a row carries; 0 where none. */
  top: number;
}

/** An audience that is named but is not there. */
export class UnknownAudienceError extends Error {
  constructor(id: string) {
    super(`There is no audience ${JSON.stringify(id)}. GET /v1/audiences lists them.`);
    this.name = 'UnknownAudienceError';
  }
}

/** An audience that others leave out cannot go before them. */
export class AudienceInUseError extends Error {
  constructor(names: readonly string[]) {
    super(`Other audiences exclude this one: ${names.join(', ')}. Delete those first.`);
    this.name = 'AudienceInUseError';
  }
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
export class AudienceService implements OnApplicationBootstrap {
  private readonly audiences: Collection<StoredAudience>;
  private readonly reports: Collection<ExportReport>;
  private readonly members: AudienceMembers;
  private readonly contacts: ContactReader;

  constructor(
    @Inject(SERVICE_CONTEXT) context: ServiceContext,
    private readonly facts: AudienceFacts,
    private readonly lists: RecommendedLists,
    private readonly pipeline: TierPipeline,
    outlook: OutlookService,
    demand: DemandStore,
  ) {
    const { settings, laurelDb, shopDb } = context;
    this.audiences = laurelDb.collection<StoredAudience>('audiences');
    this.reports = laurelDb.collection<ExportReport>('audience_exports');
    this.members = new AudienceMembers(pipeline.store, facts, outlook, demand, new LikelyBuyers(lists, facts));
    this.contacts = new ContactReader(shopDb, ShopMapping.read(settings));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.reports.createIndexes([{ key: { audience_id: 1, started_at: -1 } }]);
  }

  /** All saved audiences, the oldest first. */
  async list(): Promise<Audience[]> {
    return (await this.audiences.find({}, { sort: { created_at: 1, _id: 1 } }).toArray()).map(audienceOf);
  }

  async find(id: string): Promise<Audience | undefined> {
    const stored = await this.audiences.findOne({ _id: id });
    return stored ? audienceOf(stored) : undefined;
  }

  /** Saves a definition, which never changes afterwards. @throws UnknownAudienceError for one to be excluded that is not there. */
  async save(audience: NewAudience): Promise<Audience> {
    for (const id of audience.exclude ?? []) if (!(await this.find(id))) throw new UnknownAudienceError(id);
    const stored = { ...audience, _id: randomUUID(), created_at: new Date() };
    await this.audiences.insertOne(stored);
    return audienceOf(stored);
  }

  /** @throws AudienceInUseError */
  async remove(id: string): Promise<boolean> {
    const users = await this.audiences.find({ exclude: id }).toArray();
    if (users.length > 0) throw new AudienceInUseError(users.map(({ name }) => name));
    return (await this.audiences.deleteOne({ _id: id })).deletedCount > 0;
  }

  /** How many customers a target has now; `id` draws the holdout group. @throws UnknownAudienceError */
  async size(target: Target, id: string): Promise<AudienceSize> {
    return this.members.size(await this.resolved(target, id));
  }

  /**
   * The members as rows of a format, which have no recommendations where it has no place for them.
   *
   * @throws UnknownAudienceError, NoRecommendationsYetError
   */
  async rows(
    audience: Target & { id: string },
    { format, top: wanted, group }: RowsChoice,
  ): Promise<{ rows: AudienceRows; file: FileFormat; modelVersions: Record<string, string> }> {
    const file = fileFormat(format, wanted);
    const { top } = file;
    const target = await this.resolved(audience, audience.id);
    const { modelVersion } = await this.pipeline.store.clock();
    const recommending = top > 0 ? await this.lists.model() : undefined;
    if (top > 0 && !recommending) throw new NoRecommendationsYetError();
    const recommendations = top > 0 ? new MemberRecommendations(this.lists, this.facts, top) : undefined;
    return {
      rows: new AudienceRows(
        this.members.batches(target, { details: file.format.writesDetails ?? false }),
        this.contacts,
        file.format,
        recommendations,
        group,
      ),
      file,
      modelVersions: {
        ...(modelVersion !== null && { [USER_CLUSTERS]: modelVersion }),
        ...(recommending && { [recommending.name]: recommending.version }),
      },
    };
  }

  /** The report of an export of an audience. */
  async report(audienceId: string, exportId: string): Promise<ExportReport | undefined> {
    return (await this.reports.findOne({ _id: exportId, audience_id: audienceId })) ?? undefined;
  }

  /**
   * Begins a file. Its report is kept from the first chunk, and completed after the last.
   *
   * @throws UnknownAudienceError, NoRecommendationsYetError
   */
  async export(
    audience: Audience,
    choice: RowsChoice,
  ): Promise<{ id: string; file: AudienceExport; chunks: AsyncGenerator<string> }> {
    const { rows, file: format, modelVersions } = await this.rows(audience, choice);
    const file = new AudienceExport(rows, format);
    const report: ExportReport = {
      _id: randomUUID(),
      audience_id: audience.id,
      format: choice.format,
      status: 'running',
      started_at: new Date(),
      finished_at: null,
      checksum_sha256: null,
      model_version: modelVersions[USER_CLUSTERS] ?? null,
      model_versions: modelVersions,
      definition: definitionOf(audience),
      group: choice.group,
      top: format.top,
      ...file.counts,
    };
    await this.reports.insertOne(report);
    return { id: report._id, file, chunks: this.reported(report._id, file) };
  }

  /** Definitions never change and name older ones only, so this ends. */
  private async resolved(target: Target, id: string): Promise<ResolvedTarget> {
    const exclude: ResolvedTarget[] = [];
    for (const other of target.exclude ?? []) {
      const audience = await this.find(other);
      if (!audience) throw new UnknownAudienceError(other);
      exclude.push(await this.resolved(audience, other));
    }
    return { id, filter: target.filter, exclude, holdoutPercent: target.holdout?.percent ?? 0 };
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

function audienceOf({ _id, created_at, next_delivery_at: _, ...definition }: StoredAudience): Audience {
  return { id: _id, ...definition, created_at: created_at.toISOString() };
}

/** Who an audience is, to be kept with what is made from it. */
export function definitionOf({ name, filter, exclude, holdout }: Audience): Target & { name: string } {
  return { name, filter, ...(exclude && { exclude }), ...(holdout && { holdout }) };
}
