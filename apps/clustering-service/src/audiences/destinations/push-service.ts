import { Leases, SERVICE_CONTEXT, type ServiceContext, WakeableRest } from '@laurel/service';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Collection } from 'mongodb';
import type { Delivery } from '../deliveries/delivery.js';
import { deliveryFolderOf } from '../deliveries/delivery-folder.js';
import type { Destination } from './destination.js';
import { DestinationError } from './destination-error.js';
import { PushOrderError, suitableDestination } from './destination-problems.js';
import { DESTINATIONS } from './destinations-file.js';
import { newPush, type Push } from './push.js';
import { pushRows } from './push-rows.js';

const LOOK_EVERY_MS = 5000;
const TRY_AGAIN_MS = 15 * 60_000;
const LEASE_MS = 120_000;

/**
 * Pushes complete deliveries to their destinations: those of one audience and format one after the other, in their order. What cannot be reached is tried again for as long as the files are
 * there; what was interrupted begins anew, which changes nothing for a destination.
 */
@Injectable()
export class PushService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly deliveries: Collection<Delivery>;
  private readonly leases: Leases;
  private readonly rest = new WakeableRest();
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    @Inject(DESTINATIONS) private readonly destinations: ReadonlyMap<string, Destination>,
  ) {
    this.deliveries = context.laurelDb.collection<Delivery>('audience_deliveries');
    this.leases = new Leases(context.laurelDb, context.instanceId, LEASE_MS);
  }

  onApplicationBootstrap(): void {
    if (this.destinations.size > 0) this.loop = this.lookForever();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    this.rest.wakeUp();
    await this.loop;
  }

  /**
   * Has a delivery pushed, or pushed again; it goes on by itself once the delivery is complete.
   *
   * @param afresh the destination's list is empty: a full delivery may begin it, whatever was pushed before.
   * @throws UnsuitableDestinationError
   * @throws PushOrderError where the destination would miss changes.
   */
  async ask(delivery: Delivery, name: string, afresh = false): Promise<Push> {
    const push = await this.checked(delivery, name, afresh);
    await this.deliveries.updateOne({ _id: delivery._id }, { $set: { push } });
    this.wakeUp();
    return push;
  }

  /**
   * The push of a delivery, which goes on once it is written into the delivery and that is complete.
   *
   * @throws what {@link ask} throws.
   */
  async checked(delivery: Delivery, name: string, afresh = false): Promise<Push> {
    suitableDestination(this.destinations, name, delivery.format);
    await this.checkOrder(delivery, name, afresh);
    return newPush(name);
  }

  /** Something may be there to push. */
  wakeUp(): void {
    this.rest.wakeUp();
  }

  private async checkOrder(
    { stream, number, mode, filesUntil }: Delivery,
    name: string,
    afresh: boolean,
  ): Promise<void> {
    if (filesUntil <= new Date()) throw new PushOrderError('The files of this delivery are deleted. Make another one.');
    const earlier = { stream, number: { $lt: number }, status: 'complete' as const };
    const before = await this.deliveries.findOne(earlier, { sort: { number: -1 } });
    if (!before || before.push?.destination === name) return;
    const everPushed = await this.deliveries.findOne({ ...earlier, 'push.destination': name });
    if (mode === 'full' && (afresh || !everPushed)) return;
    throw new PushOrderError(
      everPushed
        ? `Delivery ${before.number} was not pushed to ${name}. Push it first, or empty the list there and push a full delivery with "afresh": true.`
        : `Nothing of this audience was pushed to ${name} yet. Begin with a full delivery ("mode": "full").`,
    );
  }

  private async lookForever(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.rest.beginRound();
      try {
        await this.look();
      } catch (err) {
        if (!this.stopping.signal.aborted)
          this.context.logger.error({ err }, 'deliveries to push could not be looked for; trying again');
      }
      if (!this.stopping.signal.aborted) await this.rest.rest(LOOK_EVERY_MS);
    }
  }

  private async look(): Promise<void> {
    const held = new Set<string>();
    const open = { status: 'complete' as const, 'push.status': { $in: ['waiting' as const, 'failed' as const] } };
    for await (const delivery of this.deliveries.find(open, { sort: { stream: 1, number: 1 } })) {
      const { stream, push } = delivery;
      if (!push || held.has(`${stream} ${push.destination}`)) continue;
      held.add(`${stream} ${push.destination}`);
      if (push.status === 'waiting' && push.nextTryAt <= new Date() && (await this.pushOne(delivery, push)))
        held.delete(`${stream} ${push.destination}`);
    }
  }

  /** Whether the next one of the stream may follow. */
  private async pushOne(delivery: Delivery, push: Push): Promise<boolean> {
    const lease = `push/${delivery.stream}`;
    if (!(await this.leases.acquire(lease))) return false;
    try {
      const outcome = await this.outcomeOf(delivery, push, lease);
      await this.deliveries.updateOne(
        { _id: delivery._id, 'push.destination': push.destination },
        { $set: { push: { ...push, ...outcome } } },
      );
      this.context.logger.info(
        { delivery: delivery._id, destination: push.destination, ...outcome },
        'delivery pushed',
      );
      return outcome.status === 'complete';
    } finally {
      await this.leases.release(lease);
    }
  }

  private async outcomeOf(delivery: Delivery, push: Push, lease: string): Promise<Partial<Push>> {
    const folder = deliveryFolderOf(this.context.settings);
    const members = delivery.files.find(({ name }) => name.startsWith('members.'));
    const [removals, rows] = [
      folder.read(delivery._id, 'removals.csv'),
      folder.read(delivery._id, members?.name ?? ''),
    ];
    try {
      const destination = suitableDestination(this.destinations, push.destination, delivery.format);
      if (!removals || !rows) throw new PushOrderError('The files of this delivery are deleted.');
      const files = { removals, members: rows };
      const counts = await pushRows(destination, files, this.stopping.signal, async counted => {
        if (!(await this.leases.acquire(lease))) throw new DestinationError('Another process took over.');
        await this.deliveries.updateOne({ _id: delivery._id }, { $set: { 'push.counts': counted } });
      });
      return { status: 'complete', reason: null, counts, finishedAt: new Date() };
    } catch (error) {
      this.stopping.signal.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof DestinationError && error.isPassing)
        return { reason, nextTryAt: new Date(Date.now() + TRY_AGAIN_MS) };
      return { status: 'failed', reason, finishedAt: new Date() };
    } finally {
      removals?.destroy();
      rows?.destroy();
    }
  }
}
