import { crc32c } from '@platformatic/kafka';
import type { LogRecord, OutgoingMessage } from '../log-transport.js';
import { VarintReader, varintSize, writeVarint } from './varint.js';

const HEADER_BYTES = 61;
const BATCH_LENGTH_AT = 8;
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
const FORMAT = 2;
const NONE = -1;
const NO_HEADERS: Readonly<Record<string, string>> = {};

/**
 * One record batch of Kafka's format 2, uncompressed and outside any transaction, with one timestamp for all its messages. Strings are written
 * straight into the batch; it is a third of the client's own work for a message.
 *
 * @see https://kafka.apache.org/documentation/#recordbatch
 */
export function encodeRecordBatch(messages: readonly OutgoingMessage[], timestampMs: number): Buffer {
  const { total, recordSizes, lengths } = measure(messages);
  const batch = Buffer.allocUnsafe(HEADER_BYTES + total);
  let at = HEADER_BYTES;
  let next = 0;
  const write = (part: Buffer | string | null): void => {
    const length = lengths[next++] ?? NONE;
    at = writeVarint(batch, at, length);
    if (part === null) return;
    if (typeof part !== 'string') part.copy(batch, at);
    else if (part.length === length) writeAscii(batch, at, part);
    else batch.write(part, at, length, 'utf8');
    at += length;
  };
  for (const [index, { key, value, headers = NO_HEADERS }] of messages.entries()) {
    at = writeVarint(batch, at, recordSizes[index] ?? 0);
    batch[at++] = 0;
    batch[at++] = 0;
    at = writeVarint(batch, at, index);
    write(key);
    write(value);
    const count = lengths[next++] ?? 0;
    at = writeVarint(batch, at, count);
    for (const name in headers) {
      write(name);
      write(headers[name] ?? '');
    }
  }
  writeHeader(batch, messages.length, BigInt(timestampMs));
  return batch;
}

/** A message as a record, in bytes of its own. */
export function recordOf(message: OutgoingMessage): LogRecord {
  const bytes = encodeRecordBatch([message], 0);
  const reader = new VarintReader(bytes, HEADER_BYTES);
  // Behind its length are attributes, and the differences of its timestamp and offset, of a byte each.
  const to = reader.int() + reader.at;
  return { bytes, from: reader.at + 3, to };
}

/** A short text is measured and written faster one by one than it takes to ask for it. */
const SHORT = 64;

function byteLength(text: string): number {
  if (text.length > SHORT) return Buffer.byteLength(text);
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return Buffer.byteLength(text);
  return text.length;
}

function writeAscii(into: Buffer, at: number, text: string): void {
  if (text.length > SHORT) into.write(text, at, 'latin1');
  else for (let index = 0; index < text.length; index++) into[at + index] = text.charCodeAt(index);
}

/** Sizes of the records without their own length, and the length of every part in the order of writing. */
function measure(messages: readonly OutgoingMessage[]): { total: number; recordSizes: number[]; lengths: number[] } {
  const recordSizes: number[] = [];
  const lengths: number[] = [];
  let total = 0;
  const sized = (part: Buffer | string | null): number => {
    const length = part === null ? NONE : typeof part === 'string' ? byteLength(part) : part.length;
    lengths.push(length);
    return varintSize(length) + Math.max(0, length);
  };
  for (const [index, { key, value, headers = NO_HEADERS }] of messages.entries()) {
    let size = 2 + varintSize(index) + sized(key) + sized(value);
    const countAt = lengths.push(0) - 1;
    let count = 0;
    for (const name in headers) {
      size += sized(name) + sized(headers[name] ?? '');
      count++;
    }
    lengths[countAt] = count;
    size += varintSize(count);
    recordSizes.push(size);
    total += varintSize(size) + size;
  }
  return { total, recordSizes, lengths };
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
