import type { z } from 'zod';
import { customerSchema, type Customer } from './customer.js';
import { documentId } from './extended-json.js';
import { orderSchema, type Order } from './orders/order.js';
import { productSchema, type Product } from './product.js';
import { shopEventSchema, type ShopEvent } from './shop-event.js';
import type { ShopCollection } from './shop-collection.js';

/** The type of a document of each collection. */
export interface ShopDocuments {
  products: Product;
  customers: Customer;
  orders: Order;
  events: ShopEvent;
}

const schemas: { [C in ShopCollection]: z.ZodType<ShopDocuments[C]> } = {
  products: productSchema,
  customers: customerSchema,
  orders: orderSchema,
  events: shopEventSchema,
};

/** A document that does not have the shape of its collection. `issues` lists each field with what was expected and found. */
export class ShopDocumentError extends Error {
  constructor(
    readonly collection: ShopCollection,
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
export function parseShopDocument<C extends ShopCollection>(
  collection: C,
  document: Readonly<Record<string, unknown>>,
): ShopDocuments[C] {
  const id = documentId(document['_id']);
  const result = schemas[collection].safeParse(typeof document['_id'] === 'string' ? document : { ...document, _id: id });
  if (result.success) return result.data;
  const issues = result.error.issues.map(issue => `${issue.path.join('.') || 'document'}: ${issue.message}`);
  throw new ShopDocumentError(collection, id, issues);
}
