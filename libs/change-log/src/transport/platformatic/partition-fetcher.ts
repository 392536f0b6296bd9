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
}

/** Reads partitions from their leaders, over connections of its own: an answer that waits for messages holds up the connection. */
export class PartitionFetcher {
  private readonly leaders: PartitionLeaders;

  /** An answer has up to `batchBytes` of each partition, and `heldBytes` of all. */
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
      const maxBytes = Math.min(ANSWER_BYTES, this.heldBytes);
      const limits: FetchLimits = { maxBytes, maxBytesPerPartition: this.batchBytes, maxWaitMs };
      const answers = await fetchRecords.async(connection, from, limits);
      const fetched = answers.flatMap(({ topic, partition, errorCode, endOffset, records }): Fetched[] => {
        const asked = from.find(each => each.partition === partition && each.topic === topic);
        if (!asked) return [];
        const { messages, next } = decodeRecordBatches(records, asked.offset);
        const outcome = errorCode === 0 ? 'read' : errorCode === OFFSET_OUT_OF_RANGE ? 'lost' : 'away';
        return [{ ...asked, outcome, messages, next, endOffset, bytes: records.length }];
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
