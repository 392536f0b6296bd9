import { ANSWER_BYTES, BATCH_BYTES, HELD_BYTES, type ReceivedMessage } from '../log-transport.js';
import { type FetchFrom, type FetchLimits, fetchRecords } from './fetch-request.js';
import { type Leader, PartitionLeaders } from './partition-leaders.js';
import { decodeRecordBatches } from '../../record-format/record-batch-decoder.js';

const OFFSET_OUT_OF_RANGE = 1;

/** What a partition holds from an offset on. */
export interface Fetched extends FetchFrom {
  /** `lost`: the offset is not in the log. `away`: the broker asked does not lead the partition now. */
  outcome: 'read' | 'lost' | 'away';
  messages: ReceivedMessage[];
  /** Where to read on. */
  next: bigint;
  endOffset: bigint;
  bytes: number;
  /** Gives the memory of the messages back: they cannot be read any more. */
  free(): void;
}

/** Reads partitions from their leaders, over connections of its own: an answer that waits for messages holds up the connection. */
export class PartitionFetcher {
  private readonly leaders: PartitionLeaders;

  /** An answer has up to `batchBytes` of each partition, and half of `heldBytes` of all: the next is on its way while one is processed. */
  constructor(
    brokers: readonly string[],
    private readonly batchBytes = BATCH_BYTES,
    private readonly heldBytes = HELD_BYTES,
  ) {
    this.leaders = new PartitionLeaders(brokers);
  }

  /** Partitions by the broker that leads them. */
  byLeader<T extends { topic: string; partition: number }>(
    partitions: readonly T[],
  ): Promise<{ leader: Leader; led: T[] }[]> {
    return this.leaders.byLeader(partitions);
  }

  /** Asks one leader for partitions of its. Answers at once when one of them has messages, else after `maxWaitMs`. */
  async fetch(leader: Leader, from: readonly FetchFrom[], maxWaitMs: number): Promise<Fetched[]> {
    try {
      const connection = await this.leaders.connectionTo(leader);
      const maxBytes = Math.min(ANSWER_BYTES, Math.floor(this.heldBytes / 2));
      const limits: FetchLimits = { maxBytes, maxBytesPerPartition: this.batchBytes, maxWaitMs };
      const { partitions, received } = await fetchRecords.async(connection, from, limits);
      const kept = new Set(partitions.map(({ records }) => records.buffer));
      // Its end may share memory with what comes next.
      for (const chunk of received.slice(0, -1)) if (!kept.has(chunk)) freeAtOnce(chunk);
      const fetched = partitions.flatMap(({ topic, partition, errorCode, endOffset, records }): Fetched[] => {
        const asked = from.find(each => each.partition === partition && each.topic === topic);
        if (!asked) return [];
        const { messages, next } = decodeRecordBatches(records, asked.offset);
        const outcome = errorCode === 0 ? 'read' : errorCode === OFFSET_OUT_OF_RANGE ? 'lost' : 'away';
        return [
          { ...asked, outcome, messages, next, endOffset, bytes: records.length, free: () => freeRecords(records) },
        ];
      });
      if (fetched.some(({ outcome }) => outcome === 'away')) this.leaders.forget();
      return fetched;
    } catch (error) {
      this.leaders.forget();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.leaders.close();
  }
}

/** Only where they have memory of their own, as what came in several pieces has. */
function freeRecords({ buffer, byteLength }: Buffer): void {
  if (buffer.byteLength === byteLength) freeAtOnce(buffer);
}

/** Without waiting for the garbage collector, which would look at all that is alive for every few answers, and meanwhile hold on to dozens of megabytes. */
function freeAtOnce(memory: ArrayBufferLike): void {
  if (memory instanceof ArrayBuffer && !memory.detached) memory.transfer(0);
}
