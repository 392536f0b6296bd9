import { type ChangeEvent, type LogTransport, Sequence, type Topics } from '@laurel/change-log';
import { traced } from '@laurel/service';
import type { ShopCollection, ShopMapping } from '@laurel/shop';
import type { Warehouse } from '@laurel/warehouse';
import type { Db } from 'mongodb';
import type { Logger } from 'pino';
import { type CaptureStatus } from './capture-status.js';
import { BATCH_EVENTS, EventTooLargeError, HistoryLostError, RawChangeStream } from './change-stream.js';
import { type ChangeSender, LeaseLostError } from './change-sender.js';
import type { Checkpoint, SnapshotProgress } from './checkpoint.js';
import type { CheckpointLog, Progress } from './checkpoint-log.js';
import { GoneDocuments } from './gone-documents.js';
import type { PostImages } from './post-images.js';
import { Snapshot } from './snapshot.js';
import { StreamEvents } from './stream-events.js';

export interface CaptureRunOptions {
  shopDb: Db;
  transport: LogTransport;
  warehouse: Warehouse;
  topics: Topics;
  /** Which collections are read, and what is sent of them. */
  mapping: ShopMapping;
  sender: ChangeSender;
  checkpoints: CheckpointLog;
  images: PostImages;
  status: CaptureStatus;
  logger: Logger;
  /** False once another process may be capturing, or this one is to stop. */
  mayGoOn(): boolean;
}

/**
 * How the stream is read: in batches; one event after the other, to come to the one that is too large with all others before it whole; and that
 * one without its documents. `batches` is how many are read before it is tried in batches again.
 */
const PACES = {
  batches: { options: {}, batches: Infinity },
  single: { options: { batchSize: 1 }, batches: BATCH_EVENTS },
  slim: { options: { batchSize: 1, withoutDocuments: true }, batches: 1 },
} as const;

type Pace = keyof typeof PACES;

const IDLE_CHECKPOINT_MS = 10_000;
const IMAGES_MS = 10_000;

/** One reign of the writer: from taking over to losing the lease, stopping, or the first failure. */
export class CaptureRun {
  private readonly gone: GoneDocuments;
  private lastCheckpointMs = 0;
  private lastImagesMs = 0;

  constructor(private readonly options: CaptureRunOptions) {
    this.gone = new GoneDocuments(options.warehouse, options.transport, options.topics);
  }

  /** Continues where the last writer was, until it may no longer. */
  async run(fencingToken: number): Promise<void> {
    const { checkpoints, status } = this.options;
    await this.enableImages();
    const last = await checkpoints.takeOver(fencingToken);
    status.writer = checkpoints.writerNumber;
    let progress: Progress = last && this.sameMapping(last) ? last : await this.newEpoch(last?.epoch ?? 0);
    while (this.options.mayGoOn()) {
      try {
        progress = await this.phase(progress);
      } catch (error) {
        if (!(error instanceof HistoryLostError)) throw error;
        status.historyLost++;
        this.options.logger.error(
          { err: error, alarm: 'history-lost' },
          'changes were lost in MongoDB before they were read: reading everything again',
        );
        progress = await this.newEpoch(progress.epoch);
      }
    }
    await checkpoints.flush();
  }

  /** What was sent by another mapping is sent anew. */
  private sameMapping({ mapping }: Checkpoint): boolean {
    const isSame = mapping === this.options.mapping.fingerprint;
    if (!isSame) this.options.logger.info('the mapping of the shop has changed: reading everything again');
    return isSame;
  }

  private phase(progress: Progress): Promise<Progress> {
    this.options.status.epoch = progress.epoch;
    switch (progress.phase.name) {
      case 'snapshot':
        return this.snapshot(progress, progress.phase.snapshot);
      case 'reconcile':
        return this.reconcile(progress, progress.phase.chunk);
      case 'stream':
        return this.stream(progress);
    }
  }

  /** The position of the stream is taken before the snapshot, so that nothing falls between them. */
  private async newEpoch(former: number): Promise<Progress> {
    const { shopDb, checkpoints, mapping } = this.options;
    const epoch = Math.max(former, await this.gone.highestEpoch()) + 1;
    const stream = await RawChangeStream.open(shopDb, { after: undefined, collections: mapping.sourceNames });
    const { token = '' } = stream;
    await stream.close();
    const progress: Progress = {
      epoch,
      token,
      phase: { name: 'snapshot', snapshot: Snapshot.start(mapping.collections) },
    };
    await checkpoints.write(progress);
    return progress;
  }

  private async snapshot({ epoch, token }: Progress, from: SnapshotProgress): Promise<Progress> {
    const { shopDb, checkpoints, status, mapping } = this.options;
    status.state = 'snapshot';
    const estimated = new Map<ShopCollection, number>();
    for (const collection of mapping.collections)
      estimated.set(collection, await shopDb.collection(mapping.sourceOf(collection)).estimatedDocumentCount());
    const note = ({ collections, sent }: SnapshotProgress) => {
      for (const collection of mapping.collections) {
        status.snapshot[collection] = {
          sent: sent[collection] ?? 0,
          estimated: estimated.get(collection) ?? 0,
          done: !collections.includes(collection),
        };
      }
    };
    note(from);
    const snapshot = new Snapshot({
      db: shopDb,
      epoch,
      sourceOf: collection => mapping.sourceOf(collection),
      send: events => this.send(events),
      checkpoint: async progress => {
        this.check();
        await checkpoints.write({ epoch, token, phase: { name: 'snapshot', snapshot: progress } });
        note(progress);
      },
    });
    const { chunk } = await snapshot.run(from);
    const next: Progress = { epoch, token, phase: epoch > 1 ? { name: 'reconcile', chunk } : { name: 'stream' } };
    await checkpoints.write(next);
    return next;
  }

  /** Deletes, in the log, what was deleted in the source while nobody could see it. */
  private async reconcile({ epoch, token }: Progress, chunk: number): Promise<Progress> {
    this.options.status.state = 'reconciling';
    for (const collection of this.options.mapping.collections)
      await this.sendDeletes(collection, Sequence.startOf(epoch), Sequence.ofChunk(epoch, chunk), epoch);
    const next: Progress = { epoch, token, phase: { name: 'stream' } };
    await this.options.checkpoints.write(next);
    return next;
  }

  private async sendDeletes(collection: ShopCollection, before: string, seq: string, epoch: number): Promise<void> {
    const source = this.options.mapping.sourceOf(collection);
    await this.gone.loaded(collection, () => this.check());
    for await (const events of this.gone.deletesBefore(
      before,
      collection,
      seq,
      epoch,
      this.options.shopDb.databaseName,
    ))
      await this.send(events.map(event => ({ ...event, collection: source })));
  }

  private async stream(progress: Progress): Promise<Progress> {
    const { status, shopDb, mapping } = this.options;
    let { token } = progress;
    status.state = 'streaming';
    let pace: Pace = 'batches';
    while (this.options.mayGoOn()) {
      const stream = await RawChangeStream.open(shopDb, {
        after: token,
        collections: mapping.sourceNames,
        ...PACES[pace].options,
      });
      try {
        const renewed = await this.read(stream, progress.epoch, pace, reached => (token = reached));
        if (renewed) return await this.newEpoch(progress.epoch);
        pace = 'batches';
      } catch (error) {
        if (!(error instanceof EventTooLargeError)) throw error;
        pace = pace === 'batches' ? 'single' : 'slim';
        if (pace === 'slim') this.options.logger.warn({ err: error }, 'reading the next event without its documents');
      } finally {
        await stream.close();
      }
    }
    return { ...progress, token };
  }

  /** Handles batch after batch; while one is being sent the next is on its way. Returns true when a new snapshot is needed. */
  private async read(
    stream: RawChangeStream,
    epoch: number,
    pace: Pace,
    reached: (token: string) => void,
  ): Promise<boolean> {
    const { status, shopDb, mapping } = this.options;
    let upcoming = stream.next();
    for (let read = 1; ; read++) {
      const batch = await upcoming;
      const more = stream.open && this.options.mayGoOn() && read < PACES[pace].batches;
      if (more) {
        upcoming = stream.next();
        upcoming.catch(() => undefined);
      }
      for (const part of StreamEvents.split(batch.events, name => mapping.collectionOf(name) !== undefined)) {
        await this.send(await StreamEvents.changesOf(shopDb, epoch, part.changes, pace === 'slim'));
        if (part.then && (await this.collectionGone(part.then.collection, part.then.token, epoch))) return true;
      }
      status.heard(batch.token);
      const last = batch.events.at(-1);
      status.lagMs = last ? Math.max(0, Date.now() - (last.wallTimeMs ?? last.clusterTimeMs)) : 0;
      reached(batch.token);
      this.note({ epoch, token: batch.token, phase: { name: 'stream' } }, last !== undefined);
      await this.enableImages();
      if (!more) return false;
    }
  }

  /** A collection was dropped or renamed away: its documents are gone. One renamed to a shop's name is read anew (true). */
  private async collectionGone(source: string | undefined, token: string, epoch: number): Promise<boolean> {
    if (source === undefined) return true;
    const collection = this.options.mapping.collectionOf(source);
    if (collection === undefined) return false;
    const seq = Sequence.ofStream(epoch, token);
    await this.sendDeletes(collection, seq, seq, epoch);
    return false;
  }

  private async send(events: readonly ChangeEvent[]): Promise<void> {
    if (events.length === 0) return;
    const { sender, status, mapping } = this.options;
    const changes = events.length;
    await traced({ name: 'capture', kind: 'producer', attributes: { changes } }, traceparent =>
      sender.send(events, traceparent),
    );
    status.noteSent(events.map(({ collection }) => mapping.collectionOf(collection)));
  }

  private note(progress: Progress, sent: boolean): void {
    if (!sent && Date.now() - this.lastCheckpointMs < IDLE_CHECKPOINT_MS) return;
    this.lastCheckpointMs = Date.now();
    this.options.checkpoints.writeSoon(progress);
  }

  private async enableImages(): Promise<void> {
    if (Date.now() - this.lastImagesMs < IMAGES_MS) return;
    this.lastImagesMs = Date.now();
    this.options.status.withoutImages = await this.options.images.enable(this.options.mapping.sourceNames);
  }

  private check(): void {
    if (!this.options.mayGoOn()) throw new LeaseLostError();
  }
}
