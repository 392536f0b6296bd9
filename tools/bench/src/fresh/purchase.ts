import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from 'mongodb';
import { askTop5, RefusedError, type Top5, type Top5Server } from '../serve/ask-top5.js';

const ASK_EVERY_MS = 5;

/**
 * Buys, for a customer, what they are recommended first. Returns the milliseconds from just before the order was written to the first answer
 * without the product; an answer that is refused in a rush is asked for again.
 *
 * @throws Error when the product is still recommended after `withinMs`.
 */
export async function purchaseOf(customer: string, shop: Db, server: Top5Server, withinMs = 30_000): Promise<number> {
  const [best] = await answerOf(server, customer);
  if (!best) throw new Error(`${customer} is recommended nothing`);
  const { id: productId, price } = best.product;
  const startedMs = performance.now();
  await shop.collection<{ _id: string }>('orders').insertOne({
    ...{ _id: `fresh-${randomUUID()}`, customerId: customer, placedAt: new Date(), status: 'placed', currency: 'GBP' },
    ...{ items: [{ productId, quantity: 1, price }] },
  });
  while ((await answerOf(server, customer)).some(({ product }) => product.id === productId)) {
    if (performance.now() - startedMs > withinMs)
      throw new Error(`${customer} is still recommended ${productId}, bought ${withinMs / 1000} s ago`);
    await sleep(ASK_EVERY_MS);
  }
  return performance.now() - startedMs;
}

async function answerOf(server: Top5Server, customer: string): Promise<Top5> {
  for (;;) {
    try {
      return await askTop5(server, customer);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      await sleep(ASK_EVERY_MS);
    }
  }
}
