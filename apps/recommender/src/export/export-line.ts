import type { CustomerAnswer } from './batch-recommender.js';

/** A customer's list as one line of NDJSON. */
export function exportLine({ customerId, answer: { model, items } }: CustomerAnswer): string {
  const line = {
    customer_id: customerId,
    model: { name: model.name, version: model.version },
    items: items.map(({ rank, product, score, reason }) => ({
      rank,
      product_id: product.id,
      name: product.name,
      score,
      reason: { kind: reason.kind, text: reason.text, because: reason.because.map(({ id }) => id) },
    })),
  };
  return `${JSON.stringify(line)}\n`;
}
