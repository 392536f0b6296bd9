import { BSON, type ClientSession, type Db, type Document, type Long, MongoServerError } from 'mongodb';
import { bsonElements, readRawEvent, type RawEvent, textOf } from './raw-event.js';

/** The stream cannot be continued: MongoDB no longer holds (or never held) what follows the token. */
export class HistoryLostError extends Error {
  constructor(cause: Error) {
    super(`the change stream cannot be continued: ${cause.message}`, { cause });
    this.name = 'HistoryLostError';
  }
}

/** The next event is larger than the 16 MB that MongoDB can deliver. */
export class EventTooLargeError extends Error {
  constructor(cause: Error) {
    super(`the next event is over 16 MB: ${cause.message}`, { cause });
    this.name = 'EventTooLargeError';
  }
}

export interface ChangeStreamOptions {
  /** The `_data` of the token to continue after; undefined to begin now. */
  after: string | undefined;
  collections: readonly string[];
  /** Leave the documents out, so that no event is too large. */
  withoutDocuments?: boolean;
  /** Most events in a batch; default {@link BATCH_EVENTS}. */
  batchSize?: number;
}

/** Consecutive events; `token` continues after them, and moves on also when there are none. */
export interface EventBatch {
  events: RawEvent[];
  token: string;
}

/** Most events in a batch, unless it is said otherwise. */
export const BATCH_EVENTS = 300;

const TOO_LARGE = 10334;
const LOST = new Set([286, 280, 260]);
const WAIT_MS = 500;

/**
 * A change stream over a database, read batch by batch as bytes: a driver's change stream builds every document and hands it over one by one,
 * which costs more than all the rest of capture.
 */
export class RawChangeStream {
  private answering: Promise<unknown> | undefined;

  private constructor(
    private readonly db: Db,
    private readonly session: ClientSession,
    private readonly options: ChangeStreamOptions,
    private cursorId: Long,
    private opening: EventBatch | undefined,
  ) {}

  /** @throws HistoryLostError when the token is no longer known. */
  static async open(db: Db, options: ChangeStreamOptions): Promise<RawChangeStream> {
    const session = db.client.startSession();
    try {
      const answer = await run(db, session, { aggregate: 1, pipeline: pipelineOf(options), cursor: { batchSize: 0 } });
      const { id, batch } = readCursor(answer, 'firstBatch', options.after);
      return new RawChangeStream(db, session, options, id, batch);
    } catch (error) {
      await session.endSession();
      throw error;
    }
  }

  /** Where the stream stands now. */
  get token(): string | undefined {
    return this.opening?.token;
  }

  /** False once MongoDB has ended the stream (an invalidate event): open it anew after the last token. */
  get open(): boolean {
    return !this.cursorId.isZero();
  }

  /**
   * The next events, waiting up to half a second for one.
   *
   * @throws EventTooLargeError, HistoryLostError
   */
  async next(): Promise<EventBatch> {
    const opening = this.opening;
    this.opening = undefined;
    if (opening && opening.events.length > 0) return opening;
    const { batchSize = BATCH_EVENTS } = this.options;
    const answering = run(this.db, this.session, {
      getMore: this.cursorId,
      collection: '$cmd.aggregate',
      batchSize,
      maxTimeMS: WAIT_MS,
    });
    this.answering = answering.catch(() => undefined);
    const answer = await answering;
    const { id, batch } = readCursor(answer, 'nextBatch', opening?.token);
    this.cursorId = id;
    return batch;
  }

  async close(): Promise<void> {
    if (this.open) {
      await this.db
        .command({ killCursors: '$cmd.aggregate', cursors: [this.cursorId] }, { session: this.session })
        .catch(() => undefined);
    }
    await this.answering;
    await this.session.endSession();
  }
}

function pipelineOf({ after, collections, withoutDocuments }: ChangeStreamOptions): Document[] {
  const images = withoutDocuments ? {} : { fullDocument: 'whenAvailable', fullDocumentBeforeChange: 'whenAvailable' };
  const ofInterest = [
    { 'ns.coll': { $in: [...collections] } },
    { 'to.coll': { $in: [...collections] } },
    { operationType: { $in: ['invalidate', 'dropDatabase'] } },
  ];
  const slim = { operationType: 1, ns: 1, to: 1, documentKey: 1, clusterTime: 1, wallTime: 1 };
  return [
    { $changeStream: { ...images, ...(after !== undefined && { startAfter: { _data: after } }) } },
    { $match: { $or: ofInterest } },
    ...(withoutDocuments ? [{ $project: slim }] : []),
  ];
}

async function run(db: Db, session: ClientSession, command: Document): Promise<Document> {
  try {
    return await db.command(command, { session, raw: true });
  } catch (error) {
    if (error instanceof MongoServerError && error.code === TOO_LARGE) throw new EventTooLargeError(error);
    if (error instanceof MongoServerError && LOST.has(Number(error.code))) throw new HistoryLostError(error);
    throw error;
  }
}

function readCursor(
  answer: Document,
  batchName: string,
  formerToken: string | undefined,
): { id: Long; batch: EventBatch } {
  const cursor: unknown = answer['cursor'];
  if (!(cursor instanceof Uint8Array)) throw new TypeError('MongoDB answered without a cursor');
  const elements = bsonElements(cursor);
  const events = Array.from(bsonElements(elements.get(batchName) ?? EMPTY).values(), readRawEvent);
  const position = elements.get('postBatchResumeToken');
  const token = (position && textOf(bsonElements(position).get('_data'))) ?? events.at(-1)?.token ?? formerToken ?? '';
  const id = elements.get('id');
  return { id: id ? BSON.Long.fromBytesLE([...id]) : BSON.Long.ZERO, batch: { events, token } };
}

const EMPTY = BSON.serialize({});
