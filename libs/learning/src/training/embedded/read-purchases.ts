import { setImmediate } from 'node:timers/promises';
import { OrderLinePacker, type PackedRows } from '../../evaluation/packed-rows.js';
import { InterestPacker } from '../../evaluation/product-interest.js';
import type { TrialSource } from '../../evaluation/trials.js';
import type { AffinityInput, Refused } from '../trainer.js';
import { refused } from './refused.js';
import { poverty } from './training-limits.js';

const ROWS_A_TURN = 5000;

/** All purchases in memory. Others have their turn in between. */
export function packPurchases({ purchases }: Pick<AffinityInput, 'purchases'>): Promise<OrderLinePacker> {
  return packed(purchases, new OrderLinePacker());
}

/** All purchases, and what was looked at and put into the cart, or why there are too few purchases to learn affinities from. */
export async function readPurchases(
  input: AffinityInput,
): Promise<{ readonly kind: 'read'; readonly source: TrialSource } | Refused> {
  const packer = await packPurchases(input);
  const reason = poverty({
    minCustomers: packer.customerCount,
    minItems: packer.itemCount,
    minOrderLines: packer.length,
    minReturningCustomers: packer.returningCustomerCount,
  });
  if (reason !== undefined) return refused(reason);
  const interests = await packed(input.interests ?? [], new InterestPacker());
  const { tiers } = input;
  return {
    kind: 'read',
    source: {
      kind: 'orders',
      rows: packer.pack(),
      tiers,
      ...(interests.length > 0 && { interests: interests.pack() }),
    },
  };
}

interface Packer<Row> {
  readonly length: number;
  add(row: Row): void;
  pack(): PackedRows;
}

async function packed<Row, P extends Packer<Row>>(rows: AsyncIterable<Row> | Iterable<Row>, packer: P): Promise<P> {
  for await (const row of rows) {
    packer.add(row);
    if (packer.length % ROWS_A_TURN === 0) await setImmediate();
  }
  return packer;
}
