import { z } from 'zod';
import { schemas } from './shop-document.js';
import type { LoggedCollection } from './shop-collection.js';

/** What a value of a document may be. `isNullable`: also null. Objects may have more fields than these. */
export type DocumentShape = { readonly isNullable: boolean } & (
  | { readonly kind: 'any' | 'text' | 'boolean' | 'date' }
  | { readonly kind: 'word'; readonly allowed: readonly string[] }
  | { readonly kind: 'number'; readonly isWhole: boolean; readonly least: Bound; readonly most: Bound }
  | { readonly kind: 'list'; readonly element: DocumentShape }
  | { readonly kind: 'object'; readonly fields: readonly ShapeField[] }
);

/** The end of a range of numbers; without the number itself where `isStrict`. */
export interface Bound {
  readonly value: number;
  readonly isStrict: boolean;
}

export interface ShapeField {
  readonly name: string;
  readonly isRequired: boolean;
  readonly shape: DocumentShape;
}

/**
 * The shape that `parseShopDocument` looks for in the documents of a collection, as data, read from the very schemas.
 *
 * @throws TypeError for a schema that cannot be told so.
 */
export function documentShape(collection: LoggedCollection): DocumentShape {
  return shapeOf(schemas[collection], false);
}

function shapeOf(schema: z.core.$ZodType, isNullable: boolean): DocumentShape {
  if (schema instanceof z.ZodOptional) return shapeOf(schema.unwrap(), isNullable);
  if (schema instanceof z.ZodNullable) return shapeOf(schema.unwrap(), true);
  if (schema instanceof z.ZodNumber) return numberShape(schema, isNullable);
  if (!schema._zod.def.checks?.length) {
    if (schema instanceof z.ZodEnum) return { kind: 'word', allowed: schema.options.map(String), isNullable };
    if (schema instanceof z.ZodString) return { kind: 'text', isNullable };
    if (schema instanceof z.ZodBoolean) return { kind: 'boolean', isNullable };
    if (schema instanceof z.ZodDate) return { kind: 'date', isNullable };
    if (schema instanceof z.ZodArray) return { kind: 'list', element: shapeOf(schema.element, false), isNullable };
    if (schema instanceof z.ZodObject) return { kind: 'object', fields: fieldsOf(schema), isNullable };
  }
  throw new TypeError(`A schema of type ${schema._zod.def.type} with such checks has no shape that can be told.`);
}

function fieldsOf(schema: z.ZodObject): ShapeField[] {
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    isRequired: !(field instanceof z.ZodOptional),
    shape: shapeOf(field, false),
  }));
}

function numberShape(schema: z.ZodNumber, isNullable: boolean): DocumentShape {
  let [least, most]: [Bound, Bound] = [closed(-Number.MAX_VALUE), closed(Number.MAX_VALUE)];
  let isWhole = false;
  for (const check of schema._zod.def.checks ?? []) {
    if (check instanceof z.core.$ZodCheckGreaterThan) least = tighter(least, boundOf(check._zod.def), 1);
    else if (check instanceof z.core.$ZodCheckLessThan) most = tighter(most, boundOf(check._zod.def), -1);
    else if (check instanceof z.core.$ZodCheckNumberFormat && check._zod.def.format === 'safeint') isWhole = true;
    else throw new TypeError(`A number with the check ${check._zod.def.check} has no shape that can be told.`);
  }
  return { kind: 'number', isWhole, least, most, isNullable };
}

function closed(value: number): Bound {
  return { value, isStrict: false };
}

function boundOf({ value, inclusive }: { value: unknown; inclusive: boolean }): Bound {
  return { value: Number(value), isStrict: !inclusive };
}

/** Of two bounds the one that lets less through; `direction` is 1 for lower bounds, -1 for upper ones. */
function tighter(a: Bound, b: Bound, direction: 1 | -1): Bound {
  if (a.value === b.value) return a.isStrict ? a : b;
  return (b.value - a.value) * direction > 0 ? b : a;
}
