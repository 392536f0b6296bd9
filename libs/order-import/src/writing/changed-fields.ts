import { isDeepStrictEqual } from 'node:util';

/** The names of the fields of `wanted` that `existing` lacks or has otherwise, except those in `ignored` and `_id`. */
export function changedFields(
  existing: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
  ignored: readonly string[],
): readonly string[] {
  return Object.keys(wanted).filter(
    field => field !== '_id' && !ignored.includes(field) && !isDeepStrictEqual(existing[field], wanted[field]),
  );
}
