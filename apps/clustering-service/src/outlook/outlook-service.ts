import { Leases, SERVICE_CONTEXT, type ServiceContext, WakeableRest } from '@laurel/service';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Collection } from 'mongodb';
import type { KnownFeatures } from '../tiers/feature-message.js';
import { TierPipeline } from '../tiers/tier-pipeline.js';
import { fitOutlook } from './fit-outlook.js';
import { type Outlook, type OutlookModel, outlookOf } from './outlook.js';
import { outlookPlaybook } from './outlook-playbook.js';

const FIT_EVERY_MS = 86_400_000;
const LOOK_EVERY_MS = 60_000;
const SAMPLE = 20_000;
const LEASE_MS = 60_000;

type StoredModel = OutlookModel & { _id: 'outlook' };

/** What customers are beyond their tier: stage, cell, predicted value. Learns from a sample of the buyers once a day. */
@Injectable()
export class OutlookService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly models: Collection<StoredModel>;
  private readonly leases: Leases;
  private readonly rest = new WakeableRest();
  private model: OutlookModel | undefined;
  private loop: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    private readonly pipeline: TierPipeline,
  ) {
    this.models = context.laurelDb.collection<StoredModel>('outlook_models');
    this.leases = new Leases(context.laurelDb, context.instanceId, LEASE_MS);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.model = await this.stored();
    this.loop = this.lookForever();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.rest.wakeUp();
    await this.loop;
  }

  /** What was learned last; undefined before there were enough buyers. */
  current(): OutlookModel | undefined {
    return this.model;
  }

  of(known: KnownFeatures, now = new Date()): Outlook {
    return outlookOf(known, this.model, this.pipeline.configuration.outlook.rules, now);
  }

  /** What to do for a customer with this outlook. */
  playbookOf(outlook: Outlook): { summary: string; actions: string[] } {
    return outlookPlaybook(outlook, this.pipeline.configuration.outlook);
  }

  /** Learns now; what is known then. */
  async fit(): Promise<OutlookModel | undefined> {
    const { customers } = this.pipeline.store;
    const sampled = customers.aggregate<{ known: KnownFeatures }>([
      { $match: { 'known.features.no_of_orders': { $gt: 0 } } },
      { $sample: { size: SAMPLE } },
      { $project: { known: 1 } },
    ]);
    const buyers = (await sampled.toArray()).map(({ known }) => known);
    const model = await fitOutlook(buyers, new Date());
    if (model) await this.models.replaceOne({ _id: 'outlook' }, model, { upsert: true });
    this.model = model ?? this.model;
    return this.model;
  }

  private async stored(): Promise<OutlookModel | undefined> {
    return (await this.models.findOne({ _id: 'outlook' })) ?? undefined;
  }

  private async lookForever(): Promise<void> {
    while (!this.stopped) {
      this.rest.beginRound();
      try {
        await this.look();
      } catch (err) {
        this.context.logger.error({ err }, 'predicted values could not be learned; trying again');
      }
      if (!this.stopped) await this.rest.rest(LOOK_EVERY_MS);
    }
  }

  private async look(): Promise<void> {
    this.model = (await this.stored()) ?? this.model;
    if (this.model && Date.now() - this.model.fittedAt.getTime() < FIT_EVERY_MS) return;
    if (!(await this.leases.acquire('outlook'))) return;
    await this.fit();
    await this.leases.release('outlook');
  }
}
