import {
  type DeadLetter,
  deadLetterOf,
  decodeChange,
  deedOf,
  type ErasedCustomers,
  type LogBatch,
  MalformedChangeError,
  type ReceivedMessage,
  REPLAYED_HEADER,
  type SequenceFilter,
  type ShopChange,
  type Topics,
} from '@laurel/change-log';
import type { LoggedCollection } from '@laurel/shop';
import { type ChangelogRow, offsetsByCustomer, type Packed, type PackedChunk, type Warehouse } from '@laurel/warehouse';

/** What a batch of messages comes to. */
export interface SortedBatch {
  /** Rows that the warehouse has packed itself. */
  packed: readonly PackedChunk[];
  rows: ChangelogRow[];
  /** The message of each row. */
  messages: ReceivedMessage[];
  letters: DeadLetter[];
  duplicates: number;
}

/** A change that is to be stored, and the message that told it. */
interface SortedChange {
  change: ShopChange;
  message: ReceivedMessage;
}

export interface SortOptions {
  topics: Topics;
  /** Messages before it are stored already. */
  from: bigint;
  filter: SequenceFilter;
  warehouse: Pick<Warehouse, 'pack' | 'changelogHas'>;
  /** What they did before is left out. */
  erased: ErasedCustomers;
}

/**
 * Sorts a batch into rows to store, dead letters, and messages that were sent again. A message sent again is dropped before it is read, so that
 * a malformed one makes one dead letter however often it comes. The warehouse packs what it can itself.
 */
export async function sortBatch(batch: LogBatch, options: SortOptions): Promise<SortedBatch> {
  const { topic, partition } = batch;
  const { topics, erased } = options;
  const { fresh, duplicates } = await withoutDuplicates(batch, options);
  const collection = topics.collectionOf(topic);
  const packed = collection === undefined ? { chunks: [], others: fresh } : await packOf(collection, fresh, options);
  const sorted: SortedBatch = {
    packed: packed.chunks,
    rows: [],
    messages: [],
    letters: [],
    duplicates,
  };
  const changes: SortedChange[] = [];
  for (const message of packed.others) {
    try {
      const change = decodeChange(topics, topic, message);
      if (change) changes.push({ change, message });
    } catch (error) {
      if (!(error instanceof MalformedChangeError)) throw error;
      sorted.letters.push(deadLetterOf(topic, partition, message, error));
    }
  }
  for (const { change, message } of await erased.without(changes, each => deedOf(each.change))) {
    sorted.rows.push(rowOf(change, partition, message));
    sorted.messages.push(message);
  }
  return sorted;
}

/** Packs what tells of nobody who was erased: of those each change has to be looked at. */
async function packOf(
  collection: LoggedCollection,
  messages: readonly ReceivedMessage[],
  { warehouse, erased }: SortOptions,
): Promise<Packed<ReceivedMessage>> {
  const packed = warehouse.pack(collection, messages);
  if (packed.chunks.length === 0 || !(await erased.areThereAny())) return packed;
  const offsets = offsetsByCustomer(packed.chunks);
  const found = await erased.among(offsets.keys());
  if (found.size === 0) return packed;
  for (const chunk of packed.chunks) chunk.release();
  const aside = [...found.keys()].flatMap(customerId => offsets.get(customerId) ?? []);
  return warehouse.pack(collection, messages, new Set(aside));
}

/** The messages with a value that are not stored yet. */
async function withoutDuplicates(
  { topic, messages }: LogBatch,
  { topics, from, filter, warehouse }: SortOptions,
): Promise<{ fresh: ReceivedMessage[]; duplicates: number }> {
  const [first] = messages;
  const rising = first && first.offset >= from ? filter.acceptRising(messages) : undefined;
  if (rising) return { fresh: rising, duplicates: 0 };
  const fresh: ReceivedMessage[] = [];
  const replayedHere = new Set<string>();
  let duplicates = 0;
  for (const message of messages) {
    if (message.offset < from || message.value === null) continue;
    const seq = message.header('x-seq');
    const eventId = message.header('ce_id');
    let isNew = true;
    if (seq !== undefined && eventId !== undefined) {
      if (message.header(REPLAYED_HEADER) === undefined) isNew = filter.accept(seq, eventId);
      else {
        isNew =
          !replayedHere.has(eventId) && !(await warehouse.changelogHas(topics.collectionOf(topic) ?? '', eventId));
        replayedHere.add(eventId);
      }
    }
    if (isNew) fresh.push(message);
    else duplicates++;
  }
  return { fresh, duplicates };
}

function rowOf(
  { collection, op, id, eventId, seq, at, document }: ShopChange,
  partition: number,
  { offset }: ReceivedMessage,
): ChangelogRow {
  // An update whose document was gone before it could be read is the delete that follows it.
  return {
    collection,
    eventId,
    seq,
    op: document ? op : 'd',
    key: id,
    sourceTs: at,
    partition,
    offset,
    document,
    isParsed: true,
  };
}
