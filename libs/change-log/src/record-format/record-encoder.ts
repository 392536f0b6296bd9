import type { LogRecord, OutgoingMessage } from '../transport/log-transport.js';
import { VarintReader, varintSize, writeVarint } from './varint.js';

const NULL = -1;
const NO_HEADERS: Readonly<Record<string, string>> = {};

/**
 * The records of a batch, one after another, without attributes and with no difference of their timestamps from the batch's; `room` bytes before
 * them are left to be written.
 *
 * @see https://kafka.apache.org/documentation/#record
 */
export function encodeRecords(messages: readonly OutgoingMessage[], room: number): Buffer {
  const { total, recordSizes, lengths } = measure(messages);
  const records = Buffer.allocUnsafe(room + total);
  let at = room;
  let next = 0;
  const write = (part: Buffer | string | null): void => {
    const length = lengths[next++] ?? NULL;
    at = writeVarint(records, at, length);
    if (part === null) return;
    if (typeof part !== 'string') part.copy(records, at);
    else if (part.length === length) writeAscii(records, at, part);
    else records.write(part, at, length, 'utf8');
    at += length;
  };
  for (const [index, { key, value, headers = NO_HEADERS }] of messages.entries()) {
    at = writeVarint(records, at, recordSizes[index] ?? 0);
    records[at++] = 0;
    records[at++] = 0;
    at = writeVarint(records, at, index);
    write(key);
    write(value);
    const count = lengths[next++] ?? 0;
    at = writeVarint(records, at, count);
    for (const name in headers) {
      write(name);
      write(headers[name] ?? '');
    }
  }
  return records;
}

/** A message as a record, in bytes of its own. */
export function recordOf(message: OutgoingMessage): LogRecord {
  const bytes = encodeRecords([message], 0);
  const reader = new VarintReader(bytes, 0);
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
    const length = part === null ? NULL : typeof part === 'string' ? byteLength(part) : part.length;
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
