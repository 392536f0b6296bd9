import { setTimeout as sleep } from 'node:timers/promises';
import { findErrorBy, GenericError, ProtocolError } from '@platformatic/kafka';
import type { OutgoingMessage } from '../log-transport.js';
import { retryDelayMs } from './client-options.js';
import { NoLeaderError, PartitionLeaders } from './partition-leaders.js';
import { produce } from './produce-request.js';
import { encodeRecordBatch } from '../../record-format/record-batch-encoder.js';

const WRITTEN_WITHIN_MS = 30_000;
const REPLICATED_WITHIN_MS = 10_000;

/** Writes record batches to the leaders of their partitions. */
export class PartitionWriter {
  private readonly leaders: PartitionLeaders;
  private closed = false;

  constructor(brokers: readonly string[]) {
    this.leaders = new PartitionLeaders(brokers);
  }

  /**
   * Resolves when all in-sync replicas have the messages. While a leader is away or moves, the same batch is sent again for up to half a minute,
   * so it may be in the log twice.
   *
   * @throws the last error when it took too long, or the first that another attempt would not mend.
   */
  async write(topic: string, partition: number, messages: readonly OutgoingMessage[]): Promise<void> {
    const batch = encodeRecordBatch(messages, Date.now());
    const deadlineMs = performance.now() + WRITTEN_WITHIN_MS;
    for (let attempt = 1; ; attempt++) {
      try {
        const leader = await this.leaders.leaderOf(topic, partition, attempt > 1);
        const connection = await this.leaders.connectionTo(leader);
        const errorCode = await produce.async(connection, topic, partition, batch, REPLICATED_WITHIN_MS);
        if (errorCode === 0) return;
        throw new ProtocolError(errorCode);
      } catch (error) {
        if (this.closed || !mayPass(error) || performance.now() > deadlineMs) throw error;
        await sleep(retryDelayMs(attempt));
      }
    }
  }

  close(): Promise<void> {
    this.closed = true;
    return this.leaders.close();
  }
}

/** Whether another attempt may succeed: not after a refusal for good. */
function mayPass(error: unknown): boolean {
  if (error instanceof NoLeaderError) return true;
  return error instanceof Error && GenericError.isGenericError(error) && !findErrorBy(error, 'canRetry', false);
}
