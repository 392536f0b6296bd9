import { setImmediate } from 'node:timers/promises';
import { OrderLinePacker, type PackedRows } from '../../evaluation/packed-rows.js';
import type { AffinityInput, Refused } from '../trainer.js';
import { refused } from './refused.js';
import { poverty } from './training-limits.js';

const ROWS_A_TURN = 5000;

/** All purchases in memory. Others have their turn in between. */
export async function packPurchases({ purchases }: AffinityInput): Promise<OrderLinePacker> {
  const packer = new OrderLinePacker();
  for await (const line of purchases) {
    packer.add(line);
    if (packer.length % ROWS_A_TURN === 0) await setImmediate();
  }
  return packer;
}

/** All purchases, or why there are too few to learn affinities from. */
export async function readPurchases(
  input: AffinityInput,
): Promise<{ readonly kind: 'read'; readonly rows: PackedRows } | Refused> {
  const packer = await packPurchases(input);
  const reason = poverty({
    minCustomers: packer.customerCount,
    minItems: packer.itemCount,
    minOrderLines: packer.length,
    minReturningCustomers: packer.returningCustomerCount,
  });
  return reason === undefined ? { kind: 'read', rows: packer.pack() } : refused(reason);
}
