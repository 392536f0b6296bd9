import {
  type DeadLetter,
  deadLetterOf,
  decodeChange,
  deedOf,
  type ErasedCustomers,
  type LogBatch,
  type LogMessage,
  MalformedChangeError,
  REPLAYED_HEADER,
  type SequenceFilter,
  type ShopChange,
  type Topics,
} from '@laurel/change-log';
import type { ChangelogRow } from '@laurel/warehouse';

/** What a batch of messages comes to. */
export interface SortedBatch {
  rows: ChangelogRow[];
  /** The message of each row. */
  messages: LogMessage[];
  letters: DeadLetter[];
  duplicates: number;
}

/** A change that is to be stored, and the message that told it. */
interface SortedChange {
  change: ShopChange;
  message: LogMessage;
}

export interface SortOptions {
  topics: Topics;
  /** Messages before it are stored already. */
  from: bigint;
  filter: SequenceFilter;
  /** Whether an event is stored already, for those sent again from the dead letters. */
  isStored(topic: string, eventId: string): Promise<boolean>;
  /** What they did before is left out. */
  erased: ErasedCustomers;
}

/**
 * Sorts a batch into rows to store, dead letters, and messages that were sent again. A message sent again is dropped before it is read, so that
 * a malformed one makes one dead letter however often it comes.
 */
export async function sortBatch({ topic, partition, messages }: LogBatch, options: SortOptions): Promise<SortedBatch> {
  const sorted: SortedBatch = { rows: [], messages: [], letters: [], duplicates: 0 };
  const replayed = new Set<string>();
  const changes: SortedChange[] = [];
  for (const message of messages) {
    if (message.offset < options.from || message.value === null) continue;
    if (await isDuplicate(topic, message, options, replayed)) {
      sorted.duplicates++;
      continue;
    }
    try {
      const change = decodeChange(options.topics, topic, message);
      if (change) changes.push({ change, message });
    } catch (error) {
      if (!(error instanceof MalformedChangeError)) throw error;
      sorted.letters.push(deadLetterOf(topic, partition, message, error));
    }
  }
  for (const { change, message } of await options.erased.without(changes, each => deedOf(each.change))) {
    sorted.rows.push(rowOf(change, partition, message));
    sorted.messages.push(message);
  }
  return sorted;
}

async function isDuplicate(
  topic: string,
  { headers }: LogMessage,
  { filter, isStored }: SortOptions,
  replayedHere: Set<string>,
): Promise<boolean> {
  const { 'x-seq': seq, ce_id: eventId, [REPLAYED_HEADER]: replayed } = headers;
  if (seq === undefined || eventId === undefined) return false;
  if (replayed === undefined) return !filter.accept(seq, eventId);
  if (replayedHere.has(eventId) || (await isStored(topic, eventId))) return true;
  replayedHere.add(eventId);
  return false;
}

function rowOf(
  { collection, op, id, eventId, seq, at, document }: ShopChange,
  partition: number,
  { offset }: LogMessage,
): ChangelogRow {
  // An update whose document was gone before it could be read is the delete that follows it.
  return {
    ...{ collection, eventId, seq, op: document ? op : 'd', key: id, sourceTs: at, partition, offset, document },
    isParsed: true,
  };
}
