import { randomUUID } from 'node:crypto';
import type { ReadStream } from 'node:fs';
import { ErasedCustomers, type SubjectHolding, type SubjectPlace } from '@laurel/change-log';
import { Leases, SecretBox, SERVICE_CONTEXT, type ServiceContext, WakeableRest } from '@laurel/service';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { ClientSession, Collection } from 'mongodb';
import { AudienceService, definitionOf } from '../audience-service.js';
import type { Audience, DeliveryChoice, PushChoice } from '../audience.js';
import { type Delivery, type Manifest, manifestOf } from './delivery.js';
import { type DeliveryFolder, deliveryFolderOf } from './delivery-folder.js';
import { PushService } from '../destinations/push-service.js';
import { DeliverySchedule } from './delivery-schedule.js';
import { makeDelivery } from './make-delivery.js';
import { RecipientLedger } from './recipient-ledger.js';

/** How long the files of a delivery are kept. */
export const FILES_KEPT_MS = 7 * 86_400_000;
const LOOK_EVERY_MS = 5000;
const LEASE_MS = 60_000;

/** A delivery of the same audience in the same format is under way. */
export class DeliveryUnderWayError extends Error {
  constructor() {
    super('A delivery of this audience in this format is under way. Wait for it to end.');
    this.name = 'DeliveryUnderWayError';
  }
}

class DeliveryStoppedError extends Error {}

/** Deliveries: files for destinations that follow each other, each with what changed since the one before, made on demand or on schedule. */
@Injectable()
export class DeliveryService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly deliveries: Collection<Delivery>;
  readonly ledger: RecipientLedger;
  private readonly folder: DeliveryFolder;
  private readonly leases: Leases;
  private readonly schedule: DeliverySchedule;
  private readonly erased: ErasedCustomers;
  private readonly running = new Map<string, Promise<void>>();
  private readonly rest = new WakeableRest();
  private loop: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    private readonly audiences: AudienceService,
    private readonly pushes: PushService,
    box: SecretBox,
  ) {
    const { settings, laurelDb, instanceId } = context;
    this.deliveries = laurelDb.collection<Delivery>('audience_deliveries');
    this.ledger = new RecipientLedger(laurelDb, box);
    this.folder = deliveryFolderOf(settings);
    this.leases = new Leases(laurelDb, instanceId, LEASE_MS);
    this.schedule = new DeliverySchedule(laurelDb);
    this.erased = new ErasedCustomers(laurelDb);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.ledger.prepare();
    await this.deliveries.createIndexes([{ key: { stream: 1, number: 1 } }, { key: { audienceId: 1, startedAt: -1 } }]);
    this.loop = this.lookForever();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.rest.wakeUp();
    await this.loop;
    await Promise.all(this.running.values());
  }

  /**
   * Begins a delivery, which goes on by itself; after the one before, where that is complete and only sees to who was erased meanwhile.
   *
   * @throws DeliveryUnderWayError, and what `AudienceService.rows` and `PushService.ask` throw
   */
  async begin(audience: Audience, { format, mode, top = 0, push }: DeliveryChoice): Promise<Manifest> {
    const stream = `${audience.id}/${format}`;
    const { rows, file, modelVersions } = await this.audiences.rows(audience, { format, top, group: 'audience' });
    const lease = `delivery/${stream}`;
    if (!(await this.deliveries.findOne({ stream, status: 'running' }))) await this.running.get(stream);
    if (this.running.has(stream)) throw new DeliveryUnderWayError();
    let claimed: () => void = () => undefined;
    this.running.set(stream, new Promise(resolve => (claimed = resolve)));
    try {
      if (!(await this.leases.acquire(lease))) throw new DeliveryUnderWayError();
      const { before, last } = await this.cleared(stream);
      const delivery: Delivery = {
        _id: randomUUID(),
        audienceId: audience.id,
        stream,
        number: last + 1,
        format,
        mode,
        top: file.top,
        status: 'running',
        reason: null,
        startedAt: new Date(),
        finishedAt: null,
        definition: definitionOf(audience),
        counts: { ...rows.counts, added: 0, changed: 0, removed: 0, unchanged: 0 },
        modelVersions,
        files: [],
        filesUntil: new Date(Date.now() + FILES_KEPT_MS),
      };
      if (push !== undefined) delivery.push = await this.pushes.checked(delivery, push);
      await this.deliveries.insertOne(delivery);
      const work = async (): Promise<void> => {
        const onProgress = async (): Promise<void> => {
          if (this.stopped) throw new DeliveryStoppedError('The service was stopped meanwhile.');
          if (!(await this.leases.acquire(lease))) throw new DeliveryStoppedError('Another process took over.');
        };
        const { ledger, folder } = this;
        await this.finish(delivery, makeDelivery({ delivery, before, rows, file, ledger, folder, onProgress }));
        await this.leases.release(lease);
      };
      const done = work()
        .catch((err: unknown) => this.context.logger.error({ err, delivery: delivery._id }, 'delivery not finished'))
        .finally(() => this.running.delete(stream));
      this.running.set(stream, done);
      return manifestOf(delivery);
    } catch (error) {
      this.running.delete(stream);
      throw error;
    } finally {
      claimed();
    }
  }

  /** The deliveries of an audience, the newest first. */
  async list(audienceId: string): Promise<Manifest[]> {
    const found = this.deliveries.find({ audienceId }, { sort: { startedAt: -1 }, limit: 100 });
    return (await found.toArray()).map(manifestOf);
  }

  async find(audienceId: string, id: string): Promise<Manifest | undefined> {
    const delivery = await this.deliveries.findOne({ _id: id, audienceId });
    return delivery ? manifestOf(delivery) : undefined;
  }

  /** Has a delivery pushed, or pushed again. Undefined where the audience has none of that id that is complete. */
  async push(audienceId: string, id: string, { destination, afresh }: PushChoice): Promise<Manifest | undefined> {
    const delivery = await this.deliveries.findOne({ _id: id, audienceId, status: 'complete' });
    if (!delivery) return undefined;
    return manifestOf({ ...delivery, push: await this.pushes.ask(delivery, destination, afresh) });
  }

  /** A file of a complete delivery; undefined for one that is not, or no longer, there. */
  read({ id, files }: Manifest, name: string): ReadStream | undefined {
    return files.some(file => file.name === name) ? this.folder.read(id, name) : undefined;
  }

  /** Forgets whom the destinations of an audience were told of, and deletes its files. */
  async forgetAudience(audienceId: string): Promise<void> {
    for await (const { _id } of this.deliveries.find({ audienceId })) await this.folder.remove(_id);
    await this.deliveries.deleteMany({ audienceId });
    await this.ledger.forgetAudience(audienceId);
  }

  /** What is held of a customer beside files. */
  holdings(customerId: string): Promise<SubjectHolding[]> {
    return this.ledger.find(customerId);
  }

  /** Takes a customer's rows out of the files that are kept. May be called again. */
  async takeOut(customerId: string): Promise<SubjectPlace> {
    let records = 0;
    for await (const delivery of this.deliveries.find({ status: 'complete', filesUntil: { $gt: new Date() } }))
      if (await this.takenOut(delivery, customerId)) records++;
    return { store: 'files', place: 'audience deliveries', records };
  }

  /** From now on the ledger holds of a customer only what the next deliveries need to have them removed. */
  eraseRecipient(customerId: string, session: ClientSession): Promise<SubjectPlace> {
    return this.ledger.erase(customerId, session);
  }

  private async cleared(stream: string): Promise<{ before: number; last: number }> {
    const interrupted = { status: 'failed' as const, reason: 'The process ended meanwhile.', finishedAt: new Date() };
    await this.deliveries.updateMany({ stream, status: 'running' }, { $set: interrupted });
    const newest = { sort: { number: -1 } } as const;
    const before = (await this.deliveries.findOne({ stream, status: 'complete' }, newest))?.number ?? 0;
    const last = (await this.deliveries.findOne({ stream }, newest))?.number ?? 0;
    await this.ledger.forgetAfter(stream, before);
    return { before, last };
  }

  private async finish(delivery: Delivery, made: ReturnType<typeof makeDelivery>): Promise<void> {
    const { _id } = delivery;
    try {
      const complete = { ...delivery, ...(await made), status: 'complete' as const, finishedAt: new Date() };
      await this.folder.writeManifest(_id, manifestOf(complete));
      await this.deliveries.replaceOne({ _id }, complete);
      await this.forgetErasedSince(complete);
      if (complete.push) this.pushes.wakeUp();
      this.context.logger.info({ delivery: _id, stream: delivery.stream }, 'delivery complete');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await this.folder.remove(_id);
      await this.deliveries.updateOne({ _id }, { $set: { status: 'failed', reason, finishedAt: new Date() } });
      if (!(error instanceof DeliveryStoppedError)) throw error;
    }
  }

  /** Who was erased while the delivery was being made may be in it. */
  private async forgetErasedSince(delivery: Delivery): Promise<void> {
    for (const { name } of delivery.files) {
      for await (const ids of this.folder.customersIn(delivery._id, name)) {
        const kept = new Set(await this.erased.without(ids, customerId => ({ customerId, at: delivery.startedAt })));
        for (const id of ids) {
          if (kept.has(id)) continue;
          await this.ledger.erase(id);
          await this.takenOut(delivery, id);
        }
      }
    }
  }

  private async takenOut(delivery: Delivery, customerId: string): Promise<boolean> {
    const { _id, files } = delivery;
    const place = files.findIndex(({ name }) => name.startsWith('members.'));
    const file = files[place];
    const left = file && (await this.folder.takeOut(_id, file.name, customerId));
    if (!file || !left) return false;
    files[place] = { name: file.name, ...left };
    await this.deliveries.updateOne({ _id }, { $set: { files } });
    await this.folder.writeManifest(_id, manifestOf(delivery));
    return true;
  }

  private async lookForever(): Promise<void> {
    while (!this.stopped) {
      this.rest.beginRound();
      try {
        await this.look(new Date());
      } catch (err) {
        this.context.logger.error({ err }, 'scheduled deliveries could not be looked for; trying again');
      }
      if (!this.stopped) await this.rest.rest(LOOK_EVERY_MS);
    }
  }

  private async look(now: Date): Promise<void> {
    for await (const { _id } of this.deliveries.find({ filesUntil: { $lte: now }, 'files.0': { $exists: true } })) {
      await this.folder.remove(_id);
      await this.deliveries.updateOne({ _id }, { $set: { files: [] } });
    }
    for (;;) {
      const due = await this.schedule.claimDue(now);
      const audience = due === undefined ? undefined : await this.audiences.find(due);
      if (!audience?.schedule) return;
      await this.begin(audience, audience.schedule).catch((err: unknown) =>
        this.context.logger.error({ err, audience: audience.id }, 'a scheduled delivery could not begin'),
      );
    }
  }
}
