import { z } from 'zod';
import type { ShopCollection } from '../shop-collection.js';
import { canonicalFields, type CanonicalField, type CanonicalFields } from './canonical-fields.js';

/** How dates that are numbers count. */
export const TIME_UNITS = ['seconds', 'milliseconds', 'microseconds'] as const;

export type TimeUnit = (typeof TIME_UNITS)[number];

/** What a constant, or the target of a value, can be. */
export type Scalar = string | number | boolean;

/** Rules for fields, by canonical name. */
export type FieldRules = Readonly<Record<string, FieldRule | undefined>>;

/** Where one canonical field comes from; `omit` where it comes from nowhere although the shop has a field of that name. */
export interface FieldRule {
  from?: string;
  value?: Scalar;
  values?: Readonly<Record<string, Scalar>>;
  otherwise?: Scalar;
  /** What a number is multiplied by: 0.01 for cents. */
  scale?: number;
  unit?: TimeUnit;
  fields?: FieldRules;
  omit?: true;
}

/** How the shop keeps one canonical collection; `omit` where it is not to be captured. Paths in `drop` and `hash` are the shop's own. */
export interface CollectionRule {
  from?: string;
  fields?: FieldRules;
  others?: 'keep' | 'drop';
  drop?: readonly string[];
  hash?: readonly string[];
  omit?: true;
}

/** The whole file. */
export interface MappingRules {
  collections?: { readonly [C in ShopCollection]?: CollectionRule };
}

const A_PATH = 'a field, or a path such as shipping.address.country';
const path = z.string(A_PATH).regex(/^[^.$\s][^.]*(\.[^.$\s][^.]*)*$/, A_PATH);
const A_COLLECTION = "the name of one of the database's own collections";
const collectionName = z.string(A_COLLECTION).regex(/^(?!system\.)[^$\0]+$/, A_COLLECTION);
const A_DAY = 'a date such as 2026-03-01';
const omit = z.literal(true).optional();

function scalarOf(field: CanonicalField): z.ZodType<Scalar> {
  switch (field.kind) {
    case 'number':
    case 'micros':
      return z.number('a number');
    case 'boolean':
      return z.boolean('true or false');
    case 'date':
      return z.string(A_DAY).refine(text => /^\d{4}-/.test(text) && !Number.isNaN(Date.parse(text)), A_DAY);
    case 'text':
      return field.allowed ? z.enum(field.allowed) : z.string('a text');
    default:
      return z.string('a text');
  }
}

function fieldSchema(field: CanonicalField): z.ZodType<FieldRule> {
  return z.preprocess(given => {
    if (typeof given === 'string') return { from: given };
    return given === false && !field.required ? { omit: true } : given;
  }, longForm(field));
}

function longForm(field: CanonicalField): z.ZodType<FieldRule> {
  const scalar = scalarOf(field).optional();
  const source = { from: path.optional(), value: scalar, otherwise: scalar, omit };
  switch (field.kind) {
    case 'list':
      return strict({ from: path.optional(), fields: fieldsSchema(field.fields).optional(), omit });
    case 'object':
      return strict({ from: path.optional(), fields: fieldsSchema(field.fields).optional(), omit });
    case 'params':
      return strict({ from: path.optional(), fields: z.record(z.string(), paramSchema).optional(), omit });
    case 'number':
      return oneSource(strict({ ...source, scale: z.number('a number').positive('a number above 0').optional() }));
    case 'date':
    case 'micros':
      return oneSource(strict({ ...source, unit: z.enum(TIME_UNITS).optional() }));
    case 'text':
    case 'boolean':
      return oneSource(strict({ ...source, values: z.record(z.string(), scalarOf(field)).optional() }));
  }
}

const paramSchema = fieldSchema({ kind: 'text', required: true });

function oneSource(schema: z.ZodType<FieldRule>): z.ZodType<FieldRule> {
  return schema.refine(
    ({ from, value, omit: left }) => [from, value, left].filter(given => given !== undefined).length === 1,
    'either from (a path) or value (a constant)',
  );
}

function fieldsSchema(fields: CanonicalFields): z.ZodType<FieldRules> {
  return strict(
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field).optional()])),
  );
}

/** An object that names the keys that it knows when it finds another. */
function strict<S extends z.ZodRawShape>(shape: S) {
  const known = Object.keys(shape).filter(key => key !== 'omit');
  return z.strictObject(shape, { error: issue => (issue.code === 'unrecognized_keys' ? known.join(', ') : undefined) });
}

function collectionSchema(collection: ShopCollection): z.ZodType<CollectionRule> {
  const rule = strict({
    from: collectionName.optional(),
    fields: fieldsSchema(canonicalFields(collection)).optional(),
    others: z.enum(['keep', 'drop']).optional(),
    drop: z.array(path, 'a list of paths').optional(),
    hash: z.array(path, 'a list of paths').optional(),
    omit,
  });
  return z.preprocess(given => (given === false ? { omit: true } : (given ?? {})), rule);
}

/** The shape of the mapping file. The messages of its issues say what is allowed. */
export const mappingSchema: z.ZodType<MappingRules> = strict({
  collections: strict({
    products: collectionSchema('products').optional(),
    customers: collectionSchema('customers').optional(),
    orders: collectionSchema('orders').optional(),
    events: collectionSchema('events').optional(),
  }).optional(),
});
