import { crc32c } from '@platformatic/kafka';
import type { OutgoingMessage } from '../transport/log-transport.js';
import { encodeRecords } from './record-encoder.js';

const HEADER_BYTES = 61;
const BATCH_LENGTH_AT = 8;
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
const FORMAT = 2;
const NONE = -1;

/**
 * One record batch of Kafka's format 2, uncompressed and outside any transaction, with one timestamp for all its messages. Strings are written
 * straight into the batch; it is a third of the client's own work for a message.
 *
 * @see https://kafka.apache.org/documentation/#recordbatch
 */
export function encodeRecordBatch(messages: readonly OutgoingMessage[], timestampMs: number): Buffer {
  const batch = encodeRecords(messages, HEADER_BYTES);
  writeHeader(batch, messages.length, BigInt(timestampMs));
  return batch;
}

function writeHeader(batch: Buffer, count: number, timestampMs: bigint): void {
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - BATCH_LENGTH_AT - 4, BATCH_LENGTH_AT);
  batch.writeInt32BE(NONE, 12);
  batch.writeInt8(FORMAT, 16);
  batch.writeInt16BE(0, ATTRIBUTES_AT);
  batch.writeInt32BE(count - 1, 23);
  batch.writeBigInt64BE(timestampMs, 27);
  batch.writeBigInt64BE(timestampMs, 35);
  batch.writeBigInt64BE(BigInt(NONE), 43);
  batch.writeInt16BE(NONE, 51);
  batch.writeInt32BE(NONE, 53);
  batch.writeInt32BE(count, 57);
  batch.writeUInt32BE(crc32c(batch.subarray(ATTRIBUTES_AT)), CRC_AT);
}
