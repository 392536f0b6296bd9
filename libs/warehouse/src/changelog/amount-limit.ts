import type { ShopCollection, ShopDocuments } from '@laurel/shop';

/** Prices, quantities and revenues must stay below this, so that a price times a quantity fits a NUMERIC with 9 decimals everywhere. */
export const AMOUNT_LIMIT = 1e10;

/** Why an amount of a document is too large to calculate with, or undefined when all fit. */
export function amountIssue<C extends ShopCollection>(collection: C, document: ShopDocuments[C]): string | undefined {
  for (const [path, value] of amounts(collection, document)) {
    if (typeof value === 'number' && Math.abs(value) >= AMOUNT_LIMIT) {
      return `${path}: ${value} is too large an amount, below ${AMOUNT_LIMIT} expected`;
    }
  }
  return undefined;
}

function* amounts(collection: ShopCollection, document: ShopDocuments[ShopCollection]): Generator<[string, unknown]> {
  if (collection === 'products' && 'price' in document) yield ['price', document.price];
  if ((collection === 'orders' || collection === 'events') && 'items' in document && Array.isArray(document.items)) {
    for (const [index, item] of document.items.entries()) {
      yield [`items.${index}.price`, item.price];
      yield [`items.${index}.quantity`, item.quantity];
    }
  }
  if (collection === 'events' && 'ecommerce' in document && isRecord(document.ecommerce)) {
    yield ['ecommerce.purchase_revenue', document.ecommerce['purchase_revenue']];
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
