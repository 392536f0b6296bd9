import { hash } from 'node:crypto';
import { unpackOrderLines, type PackedRows } from './packed-rows.js';

/** Hex hash of a set of order lines: equal for the same lines in any order. */
export function fingerprintOf(rows: PackedRows): string {
  const sum = new Uint32Array(8);
  for (const line of unpackOrderLines(rows)) {
    const text = JSON.stringify([line.customerId, line.orderId, line.orderedAtMs, line.productId, line.quantity]);
    const digest = hash('sha256', text, 'buffer');
    for (let word = 0; word < sum.length; word++) sum[word]! += digest.readUInt32LE(word * 4);
  }
  return Buffer.from(sum.buffer).toString('hex');
}
