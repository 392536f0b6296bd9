import { SettingsError } from '@laurel/service/settings';
import { isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument, type YAMLMap } from 'yaml';
import type { z } from 'zod';
import { SHOP_COLLECTIONS } from '../shop-collection.js';
import { canonicalFields, type CanonicalFields } from './canonical-fields.js';
import { type CollectionRule, type MappingRules, mappingSchema } from './mapping-schema.js';

/** A mapping file that cannot be used. Each problem names the file, line and column, the place in it, what stands there and what is allowed. */
export class ShopMappingError extends SettingsError {
  override readonly name = 'ShopMappingError';
}

type Path = readonly PropertyKey[];

interface Problem {
  path: Path;
  message: string;
}

/**
 * Reads a mapping from YAML.
 *
 * @throws ShopMappingError naming every problem found.
 */
export function parseMapping(yaml: string, file: string): MappingRules {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  if (document.errors.length > 0)
    throw new ShopMappingError(document.errors.map(({ pos, message }) => `${at(pos[0])}: ${message}`));
  const given: unknown = document.toJS() ?? {};
  const result = mappingSchema.safeParse(given);
  const problems = result.success ? contradictions(result.data) : result.error.issues.flatMap(told(given));
  if (result.success && problems.length === 0) return result.data;
  const placed = problems.map(({ path, message }) => ({ offset: offsetOf(document.contents, path), message }));
  placed.sort((a, b) => a.offset - b.offset);
  throw new ShopMappingError(placed.map(({ offset, message }) => `${at(offset)}: ${message}`));
}

function told(given: unknown): (issue: z.core.$ZodIssue) => Problem[] {
  return issue => {
    const path = issue.path.at(-1) === 'from' ? pathOfShorthand(given, issue.path) : issue.path;
    const place = path.map(String).join('.');
    const inPlace = place === '' ? 'the file' : place;
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map(key => ({
          path: [...path, key],
          message: unknownKey(inPlace, path, key, issue.message),
        }));
      case 'invalid_value':
        return [{ path, message: notUsable(place, valueAt(given, path), issue.values.map(String).join(' | ')) }];
      case 'invalid_type':
        if (valueAt(given, path) === undefined && path.length > 0)
          return [{ path, message: `${place} is missing: ${issue.message}` }];
        if (issue.expected === 'object' || issue.expected === 'record')
          return [{ path, message: notUsable(inPlace, valueAt(given, path), 'a map of keys and values') }];
        return [{ path, message: notUsable(inPlace, valueAt(given, path), issue.message) }];
      default:
        return [{ path, message: notUsable(inPlace, valueAt(given, path), issue.message) }];
    }
  };
}

/** A path alone stands for `from`, which then has no place of its own. */
function pathOfShorthand(given: unknown, path: Path): Path {
  const whole = path.slice(0, -1);
  return typeof valueAt(given, whole) === 'string' ? whole : path;
}

function unknownKey(place: string, path: Path, key: string, known: string): string {
  if (key === '_id' && path.at(-1) === 'fields')
    return `${place}._id cannot be mapped: a document is known by its _id, which is taken as text`;
  if (path.at(-1) === 'items' && ['collection', 'lookup', 'join'].includes(key))
    return `${place}.${key} is unknown: the lines of an order must be an array within it, not a collection of their own`;
  return `${place} has no key ${JSON.stringify(key)}. Allowed: ${known}`;
}

function notUsable(place: string, value: unknown, allowed: string): string {
  return `${place}: ${JSON.stringify(value) ?? 'nothing'} is not usable. Allowed: ${allowed}`;
}

/** What each part allows but the whole does not. */
function contradictions({ collections = {} }: MappingRules): Problem[] {
  const taken = new Map<string, string>();
  return SHOP_COLLECTIONS.flatMap(collection => {
    const rule = collections[collection] ?? {};
    if (rule.omit) return [];
    const path = ['collections', collection];
    const source = rule.from ?? collection;
    const other = taken.get(source);
    taken.set(source, collection);
    const twice =
      other === undefined ? [] : [`${path.join('.')} and ${other} are both taken from ${source}: one is allowed`];
    return [
      ...twice.map(message => ({ path: rule.from === undefined ? path : [...path, 'from'], message })),
      ...hiddenFields(path, rule, canonicalFields(collection)),
    ];
  });
}

function hiddenFields(at: readonly string[], rule: CollectionRule, fields: CanonicalFields): Problem[] {
  const needed = sourcesOf(rule.fields ?? {}, fields, '');
  return (['drop', 'hash'] as const).flatMap(action =>
    (rule[action] ?? []).flatMap((hidden, index) => {
      const path = [...at, action, String(index)];
      const refuse = (reason: string) => [{ path, message: `${path.slice(0, -1).join('.')}: ${hidden} ${reason}` }];
      const verb = action === 'drop' ? 'dropped' : 'hashed';
      if (hidden.split('.')[0] === '_id') return refuse(`cannot be ${verb}: a document is known by it`);
      const others = [...(rule.drop ?? []), ...(rule.hash ?? [])].filter(
        other => other !== hidden || action === 'hash',
      );
      if (action === 'hash' && rule.drop?.includes(hidden)) return refuse('is both dropped and hashed: one is allowed');
      const within = others.find(other => hidden.startsWith(`${other}.`));
      if (within !== undefined) return refuse(`lies within ${within}, which is hidden already`);
      const field = needed.find(({ source, usable }) => touches(hidden, source) && !usable[action]);
      const need = action === 'drop' ? 'cannot be missing' : 'cannot be a digest';
      return field ? refuse(`cannot be ${verb}: ${field.name} is taken from it and ${need}`) : [];
    }),
  );
}

interface Source {
  name: string;
  source: string;
  usable: { drop: boolean; hash: boolean };
}

/** Which paths of the shop's documents the canonical fields are taken from, and what may be hidden of them. */
function sourcesOf(rules: NonNullable<CollectionRule['fields']>, fields: CanonicalFields, within: string): Source[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const rule = rules[name] ?? {};
    const assembled = rule.from === undefined && rule.fields !== undefined && field.kind === 'object';
    if (rule.omit || rule.value !== undefined) return [];
    const source = assembled ? within : `${within}${rule.from ?? name}`;
    const usable = {
      drop: !field.required || rule.otherwise !== undefined,
      hash: field.kind === 'text' && !field.allowed && !rule.values,
    };
    const whole = { name, source, usable };
    if (field.kind !== 'object' && field.kind !== 'list') return [whole];
    const inner = sourcesOf(rule.fields ?? {}, field.fields, assembled ? within : `${source}.`);
    return assembled ? inner : [whole, ...inner];
  });
}

/** Whether hiding a path hides what is taken from `source`: it is that path, or holds it. */
function touches(hidden: string, source: string): boolean {
  return source === hidden || source.startsWith(`${hidden}.`);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

/** Where a path stands in the text: its key, or the last one on the way to it that is there. */
function offsetOf(contents: unknown, path: Path): number {
  let node = contents;
  let offset = 0;
  for (const segment of path) {
    if (isMap(node)) {
      const pair: Pair | undefined = pairOf(node, String(segment));
      if (!pair) break;
      if (isScalar(pair.key) && pair.key.range) offset = pair.key.range[0];
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(segment)];
      if (isScalar(node) && node.range) offset = node.range[0];
    } else break;
  }
  return offset;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find(pair => isScalar(pair.key) && String(pair.key.value) === key);
}
