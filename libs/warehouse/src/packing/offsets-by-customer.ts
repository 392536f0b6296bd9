import { HEAD_PLACES, INLINE_BYTES, type PackedChunk, STRING_BYTES } from './packed-chunk.js';

/** The offsets in the log of the rows that carry data of each customer. For chunks that were not appended yet. */
export function offsetsByCustomer(chunks: readonly PackedChunk[]): ReadonlyMap<string, readonly bigint[]> {
  const offsets = new Map<string, bigint[]>();
  for (const { customer, vectors, memory, rowCount, textsAt } of chunks) {
    const names = customer === undefined ? undefined : vectors[customer];
    const places = vectors[HEAD_PLACES.offset];
    if (!names || !places) continue;
    const bytes = Buffer.from(memory);
    for (let row = 0; row < rowCount; row++) {
      if (((bytes[names.validityAt + (row >> 3)] ?? 0) & (1 << (row & 7))) === 0) continue;
      const cell = names.cellsAt + row * STRING_BYTES;
      const length = bytes.readUInt32LE(cell);
      const from = length > INLINE_BYTES ? textsAt + bytes.readUInt32LE(cell + 8) : cell + 4;
      const customerId = bytes.toString('utf8', from, from + length);
      const offset = bytes.readBigInt64LE(places.cellsAt + row * 8);
      const known = offsets.get(customerId);
      if (known) known.push(offset);
      else offsets.set(customerId, [offset]);
    }
  }
  return offsets;
}
