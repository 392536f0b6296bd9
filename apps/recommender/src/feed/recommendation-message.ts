import type { Answer } from '../answers/answer.js';

/** The key under which the list of those is told of whom nothing personal is known. */
export const EVERYBODY = '*';

/** A list as the recommendations topic tells it, as JSON. Equal lists are equal texts, but for the moment they were made. */
export function recommendationMessage({ items, model }: Answer, madeAt: Date): string {
  return JSON.stringify({ made_at: madeAt, ...contentOf({ items, model }) });
}

/** What of a list matters when it is compared with the one told before. */
export function recommendationContent(answer: Answer): string {
  return JSON.stringify(contentOf(answer));
}

function contentOf({ items, model }: Pick<Answer, 'items' | 'model'>): object {
  return {
    model: { name: model.name, version: model.version },
    items: items.map(({ product, reason }) => ({
      product_id: product.id,
      name: product.name,
      reason: { kind: reason.kind, text: reason.text },
    })),
  };
}
