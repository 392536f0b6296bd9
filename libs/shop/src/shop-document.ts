import type { z } from 'zod';
import { customerSchema, type Customer } from './customer.js';
import { documentId } from './extended-json.js';
import { orderSchema, type Order } from './orders/order.js';
import { productSchema, type Product } from './product.js';
import { shopEventSchema, type ShopEvent } from './shop-event.js';
import { feedbackSchema, type Feedback } from './feedback.js';
import type { LoggedCollection } from './shop-collection.js';

/** The type of a document of each collection. */
export interface ShopDocuments {
  products: Product;
  customers: Customer;
  orders: Order;
  events: ShopEvent;
  feedback: Feedback;
}

export const schemas: { [C in LoggedCollection]: z.ZodType<ShopDocuments[C]> } = {
  products: productSchema,
  customers: customerSchema,
  orders: orderSchema,
  events: shopEventSchema,
  feedback: feedbackSchema,
};

const MAX_LISTED = 10;
const MAX_WORD_LENGTH = 40;

/** A document that does not have the shape of its collection. `issues` lists the first ten fields with what was expected and found. */
export class ShopDocumentError extends Error {
  constructor(
    readonly collection: LoggedCollection,
    readonly id: string,
    readonly issues: readonly string[],
  ) {
    super(`${collection} ${JSON.stringify(id)} is not usable: ${issues.join('; ')}`);
    this.name = 'ShopDocumentError';
  }
}

/**
 * Reads a plain document (see {@link fromExtendedJson}) as one of `collection`. A `_id` that is no text becomes its text.
 *
 * @throws ShopDocumentError when it lacks the collection's shape.
 */
export function parseShopDocument<C extends LoggedCollection>(
  collection: C,
  document: Readonly<Record<string, unknown>>,
): ShopDocuments[C] {
  const given = document['_id'];
  const id = documentId(given);
  const result = schemas[collection].safeParse(
    typeof given === 'string' || given === undefined ? document : { ...document, _id: id },
  );
  if (result.success) return result.data;
  throw new ShopDocumentError(collection, id, listed(result.error.issues, document));
}

function listed(issues: readonly z.core.$ZodIssue[], document: unknown): string[] {
  const lines = issues.slice(0, MAX_LISTED).map(issue => {
    const field = issue.path.length > 0 ? issue.path.join('.') : 'document';
    const value = issue.path.reduce<unknown>(fieldOf, document);
    return `${field}: ${issue.message}${tellable(issue, value) ? `, found ${typeof value === 'string' ? JSON.stringify(value) : String(value)}` : ''}`;
  });
  const more = issues.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

function fieldOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Numbers, dates and words of a fixed list help whoever mends the document; other texts may be a person's and stay out of messages. */
function tellable(issue: z.core.$ZodIssue, value: unknown): boolean {
  if (typeof value === 'number' || typeof value === 'boolean' || value instanceof Date) return true;
  return issue.code === 'invalid_value' && typeof value === 'string' && value.length <= MAX_WORD_LENGTH;
}
