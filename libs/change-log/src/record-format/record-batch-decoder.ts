import { compressionsAlgorithmsByBitmask } from '@platformatic/kafka';
import type { ReceivedMessage } from '../transport/log-transport.js';
import { RecordMessage } from './record-message.js';
import { VarintReader } from './varint.js';

const HEADER_BYTES = 61;
const BATCH_LENGTH_AT = 8;
const FORMAT_AT = 16;
const ATTRIBUTES_AT = 21;
const FORMAT = 2;
const COMPRESSION = 0b111;
const CONTROL = 0b100000;

/** What was read of a partition. */
export interface DecodedRecords {
  messages: ReceivedMessage[];
  /** The offset after the last whole batch; compaction may leave batches without messages, so it can be far behind the last message. */
  next: bigint;
}

/** Record batches in another format than Kafka has written since 0.11. */
export class RecordFormatError extends Error {
  constructor(format: number) {
    super(
      `Records of format ${format} cannot be read, only those of format 2. Rewrite the topic with Kafka 0.11 or newer.`,
    );
    this.name = 'RecordFormatError';
  }
}

/**
 * Reads the whole record batches of an answer from offset `from` on; a broker gives the batch that holds the offset whole, and may cut the last.
 * Keys and values are not copied.
 *
 * @throws RecordFormatError
 */
export function decodeRecordBatches(bytes: Buffer, from: bigint): DecodedRecords {
  const messages: ReceivedMessage[] = [];
  let next = from;
  for (let at = 0; bytes.length - at >= HEADER_BYTES;) {
    const end = at + BATCH_LENGTH_AT + 4 + bytes.readInt32BE(at + BATCH_LENGTH_AT);
    if (end > bytes.length) break;
    const format = bytes.readInt8(at + FORMAT_AT);
    if (format !== FORMAT) throw new RecordFormatError(format);
    if ((bytes.readInt16BE(at + ATTRIBUTES_AT) & CONTROL) === 0) readRecords(bytes.subarray(at, end), from, messages);
    const last = bytes.readBigInt64BE(at) + BigInt(bytes.readInt32BE(at + 23));
    if (last >= next) next = last + 1n;
    at = end;
  }
  return { messages, next };
}

function readRecords(batch: Buffer, from: bigint, into: ReceivedMessage[]): void {
  const baseOffset = batch.readBigInt64BE(0);
  const baseTimestampMs = Number(batch.readBigInt64BE(27));
  const reader = recordsOf(batch);
  for (let left = batch.readInt32BE(57); left > 0; left--) {
    const length = reader.int();
    const end = reader.at + length;
    reader.at++;
    const timestampMs = baseTimestampMs + reader.long();
    const offset = baseOffset + BigInt(reader.int());
    if (offset >= from) into.push(new RecordMessage(offset, timestampMs, reader.bytes, reader.at, end));
    reader.at = end;
  }
}

/** Brokers may compress what they store, whatever was sent. */
function recordsOf(batch: Buffer): VarintReader {
  const compression = batch.readInt16BE(ATTRIBUTES_AT) & COMPRESSION;
  if (compression === 0) return new VarintReader(batch, HEADER_BYTES);
  const algorithm = compressionsAlgorithmsByBitmask[compression];
  if (!algorithm) throw new RecordFormatError(FORMAT);
  return new VarintReader(algorithm.decompressSync(batch.subarray(HEADER_BYTES)), 0);
}
