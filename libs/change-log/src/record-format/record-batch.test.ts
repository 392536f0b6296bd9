import { createRecordsBatch, crc32c, Reader, readRecordsBatch } from '@platformatic/kafka';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogMessage, OutgoingMessage } from '../transport/log-transport.js';
import { decodeRecordBatches, RecordFormatError } from './record-batch-decoder.js';
import { encodeRecordBatch } from './record-batch-encoder.js';

const part = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)),
);
const NAME = 'x-seq';
const headerName = fc.oneof(
  fc.constant(NAME),
  fc.string({ unit: 'grapheme' }).filter(name => name !== '__proto__'),
);
const headers = fc.dictionary(headerName, fc.string({ unit: 'binary' }), { noNullPrototype: true });
const message = fc.record({ key: part, value: part, headers }, { requiredKeys: ['key', 'value'] });
const messages = fc.array(message, { minLength: 1, maxLength: 20 });

/** What a message becomes on its way: bytes. */
const bytesOf = (of: Buffer | string | null) => (typeof of === 'string' ? Buffer.from(of) : of);
const sent = ({ key, value, headers: given = {} }: OutgoingMessage, index: number) => ({
  offset: BigInt(index),
  key: bytesOf(key),
  value: bytesOf(value),
  headers: Object.fromEntries(
    Object.entries(given).map(([each, text]) => [bytesOf(each)?.toString(), bytesOf(text)?.toString()]),
  ),
});
const read = ({ offset, key, value, headers: got }: LogMessage) => ({ offset, key, value, headers: { ...got } });

/** A batch as the broker gives it: at its place in the partition. */
function at(offset: bigint, batch: Buffer): Buffer {
  batch.writeBigInt64BE(offset, 0);
  return batch;
}

describe('a record batch', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(messages, batch => {
        const decoded = decodeRecordBatches(encodeRecordBatch(batch, 1_700_000_000_000), 0n);
        expect(decoded.messages.map(read)).toEqual(batch.map(sent));
        expect(decoded.messages.map(each => each.header(NAME))).toEqual(
          decoded.messages.map(each => each.headers[NAME]),
        );
        expect(decoded.messages.every(({ timestampMs }) => timestampMs === 1_700_000_000_000)).toBe(true);
        expect(decoded.next).toBe(BigInt(batch.length));
      }),
    );
  });

  it('is what the client itself reads, with the right checksum', () => {
    fc.assert(
      fc.property(messages, batch => {
        const bytes = encodeRecordBatch(batch, 1);
        const { records, crc, lastOffsetDelta } = readRecordsBatch(Reader.from(bytes));
        expect(crc).toBe(crc32c(bytes.subarray(21)));
        expect(lastOffsetDelta).toBe(batch.length - 1);
        expect(records.map(({ key, value }) => ({ key, value }))).toEqual(
          batch.map(({ key, value }) => ({ key: bytesOf(key), value: bytesOf(value) })),
        );
        expect(records.map(record => record.headers.length)).toEqual(
          batch.map(({ headers: given = {} }) => Object.keys(given).length),
        );
      }),
    );
  });

  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)('is read when the broker keeps it as %s', compression => {
    const batch = [1, 2, 3].map(number => ({
      topic: 't',
      key: Buffer.from(`k${number}`),
      value: Buffer.from('v'.repeat(number)),
      headers: new Map([[Buffer.from('x-seq'), Buffer.from(String(number))]]),
      timestamp: 1_700_000_000_000n + BigInt(number),
    }));
    const { messages: decoded } = decodeRecordBatches(createRecordsBatch(batch, { compression }).buffer, 0n);
    expect(
      decoded.map(({ value, headers: got, timestampMs }) => [value?.toString(), got['x-seq'], timestampMs]),
    ).toEqual([
      ['v', '1', 1_700_000_000_001],
      ['vv', '2', 1_700_000_000_002],
      ['vvv', '3', 1_700_000_000_003],
    ]);
  });

  it('is read from an offset within it, over gaps, and not where it is cut', () => {
    const three = [1, 2, 3].map(number => ({ key: 'k', value: `${number}` }));
    const first = at(10n, encodeRecordBatch(three, 0));
    const second = at(100n, encodeRecordBatch(three, 0));
    const answer = Buffer.concat([first, second, second.subarray(0, second.length - 1)]);
    const decoded = decodeRecordBatches(answer, 12n);
    expect(decoded.messages.map(({ offset }) => offset)).toEqual([12n, 100n, 101n, 102n]);
    expect(decoded.next).toBe(103n);
    expect(decodeRecordBatches(answer.subarray(0, 5), 12n)).toEqual({ messages: [], next: 12n });
  });

  it('gives no message where compaction left none or a transaction ended, and is passed over', () => {
    const emptied = at(5n, encodeRecordBatch([], 0));
    emptied.writeInt32BE(7, 23);
    expect(decodeRecordBatches(emptied, 5n)).toEqual({ messages: [], next: 13n });
    const marker = at(13n, encodeRecordBatch([{ key: 'commit', value: '' }], 0));
    marker.writeInt16BE(0b110000, 21);
    expect(decodeRecordBatches(Buffer.concat([emptied, marker]), 5n)).toEqual({ messages: [], next: 14n });
  });

  it('is refused in a format of before Kafka 0.11', () => {
    const old = encodeRecordBatch([{ key: 'k', value: 'v' }], 0);
    old.writeInt8(1, 16);
    expect(() => decodeRecordBatches(old, 0n)).toThrow(RecordFormatError);
  });
});
