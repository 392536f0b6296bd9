import { z } from 'zod';
import { customerSchema } from '../customer.js';
import { orderSchema } from '../orders/order.js';
import { productSchema } from '../product.js';
import type { ShopCollection } from '../shop-collection.js';
import { shopEventSchema } from '../shop-event.js';

/** Fields of a canonical document, or of an object in one, by name. */
export type CanonicalFields = Readonly<Record<string, CanonicalField>>;

/**
 * A field of a canonical document. `micros` is a number that counts microseconds since 1970; `params` is Google Analytics' list of
 * `{key, value}`; `allowed` are the only words that a text may be.
 */
export type CanonicalField = { required: boolean } & (
  | { kind: 'text'; allowed?: readonly string[] }
  | { kind: 'number' | 'boolean' | 'date' | 'micros' | 'params' }
  | { kind: 'object' | 'list'; fields: CanonicalFields }
);

const schemas = { products: productSchema, customers: customerSchema, orders: orderSchema, events: shopEventSchema };

/** The fields that a mapping can fill, read from the very schemas that documents are checked by. `_id` is not among them. */
export function canonicalFields(collection: ShopCollection): CanonicalFields {
  const { _id: _, ...fields } = fieldsOfSchema(schemas[collection]);
  if (collection !== 'events') return fields;
  return {
    ...fields,
    event_timestamp: { kind: 'micros', required: true },
    event_params: { kind: 'params', required: false },
  };
}

function fieldsOfSchema(schema: z.ZodObject): Record<string, CanonicalField> {
  return Object.fromEntries(Object.entries(schema.shape).map(([name, field]) => [name, fieldOf(field)]));
}

function fieldOf(schema: z.core.$ZodType): CanonicalField {
  const required = !(schema instanceof z.ZodOptional);
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable) inner = inner.unwrap();
  if (inner instanceof z.ZodEnum) return { kind: 'text', allowed: inner.options.map(String), required };
  if (inner instanceof z.ZodNumber) return { kind: 'number', required };
  if (inner instanceof z.ZodBoolean) return { kind: 'boolean', required };
  if (inner instanceof z.ZodDate) return { kind: 'date', required };
  if (inner instanceof z.ZodObject) return { kind: 'object', fields: fieldsOfSchema(inner), required };
  if (inner instanceof z.ZodArray && inner.element instanceof z.ZodObject) {
    return { kind: 'list', fields: fieldsOfSchema(inner.element), required };
  }
  return { kind: 'text', required };
}
