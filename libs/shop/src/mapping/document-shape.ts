import type { CanonicalFields } from './canonical-fields.js';
import { type ValueConversion, valueConversion } from './field-value.js';
import { elementsOf, fieldsOf, isArray, isObject, type JsonField } from './json-slices.js';
import type { FieldRules } from './mapping-schema.js';
import { scalarText } from './scalar-text.js';

/** A canonical field: where it is read, by the path's segments (none: from no field at all), and what becomes of it. */
interface Target {
  name: string;
  path: readonly string[];
  convert: ValueConversion;
  /** For what is put together from several fields of the document; it takes the place of `path` and `convert`. */
  assemble?: (fields: ReadonlyMap<string, string>) => string | undefined;
}

/**
 * Turns objects of a shop's shape into canonical ones. A field that is renamed stays in its place; what is not mapped is kept as it is, byte
 * for byte, unless it bears the name of a canonical field that comes from elsewhere.
 */
export class DocumentShape {
  /** The targets of each field that is taken whole, by the shop's name of it. */
  private readonly whole = new Map<string, Target[]>();
  private readonly others: Target[] = [];
  private readonly names: ReadonlySet<string>;

  /** `named`: only the fields with a rule, and no others of the object. */
  constructor(
    fields: CanonicalFields,
    rules: FieldRules,
    private readonly keepOthers: boolean,
    named = false,
  ) {
    this.names = new Set(Object.keys(fields));
    for (const name of this.names) {
      if (rules[name]?.omit || (named && !rules[name])) continue;
      const target = targetOf(name, fields, rules, keepOthers);
      const [first] = target.path;
      if (target.path.length === 1 && first !== undefined)
        this.whole.set(first, [...(this.whole.get(first) ?? []), target]);
      else this.others.push(target);
    }
  }

  /** The canonical object, in canonical Extended JSON like `text`. What is no object stays as it is. */
  object(text: string): string {
    return isObject(text) ? (this.assembled(fieldsOf(text)) ?? '{}') : text;
  }

  /** The canonical object made of these fields; undefined where none of them is of use. */
  assembled(source: readonly JsonField[]): string | undefined {
    const out: string[] = [];
    const put = (name: string, value: string | undefined) => {
      if (value !== undefined) out.push(`${JSON.stringify(name)}:${value}`);
    };
    const fields = new Map(source.map(({ name, value }) => [name, value]));
    for (const { name, quotedName, value } of source) {
      const targets = this.whole.get(name);
      if (targets) for (const target of targets) put(target.name, target.convert(value));
      else if (this.keepOthers && !this.names.has(name)) out.push(`${quotedName}:${value}`);
    }
    for (const [name, targets] of this.whole) {
      if (!fields.has(name)) for (const target of targets) put(target.name, target.convert(undefined));
    }
    for (const { name, path, convert, assemble } of this.others)
      put(name, assemble ? assemble(fields) : convert(valueAt(fields, path)));
    return out.length > 0 ? `{${out.join(',')}}` : undefined;
  }
}

function targetOf(name: string, all: CanonicalFields, rules: FieldRules, keepOthers: boolean): Target {
  const field = all[name];
  const rule = rules[name] ?? { from: name };
  const path = rule.from?.split('.') ?? (rule.fields || rule.value !== undefined ? [] : [name]);
  switch (field?.kind) {
    case 'list': {
      const from = rule.from?.split('.') ?? [name];
      const shape = new DocumentShape(field.fields, rule.fields ?? {}, keepOthers);
      const convert = (value: string) =>
        isArray(value)
          ? `[${elementsOf(value)
              .map(element => shape.object(element))
              .join(',')}]`
          : value;
      return { name, path: from, convert: value => (value === undefined ? undefined : convert(value)) };
    }
    case 'object': {
      const assembled = path.length === 0;
      const shape = new DocumentShape(field.fields, rule.fields ?? {}, keepOthers && !assembled, assembled);
      const convert: ValueConversion = value => (value === undefined ? undefined : shape.object(value));
      return { name, path, convert, ...(assembled && { assemble: fields => shape.assembled(jsonFields(fields)) }) };
    }
    case 'params': {
      const assembled = path.length === 0 ? Object.entries(rule.fields ?? {}) : [];
      const params = assembled.map(([key, of]) => ({
        key,
        path: of?.from?.split('.') ?? [],
        convert: valueConversion('params', of ?? {}),
      }));
      const assemble: Target['assemble'] = fields =>
        `[${params.flatMap(({ key, path: from, convert }) => paramOf(key, convert(valueAt(fields, from)))).join(',')}]`;
      return { name, path, convert: value => value, ...(assembled.length > 0 && { assemble }) };
    }
    default:
      return { name, path, convert: valueConversion(field?.kind ?? 'text', rule) };
  }
}

/** One of Google Analytics' parameters: whole numbers (also as text) are `int_value`s, other numbers `double_value`s. */
function paramOf(key: string, value: string | undefined): string[] {
  const text = value === undefined ? undefined : scalarText(value);
  if (value === undefined || text === undefined) return [];
  const named = (type: string, of: string) => [`{"key":${JSON.stringify(key)},"value":{"${type}":${of}}}`];
  if (/^-?\d{1,15}$/.test(text)) return named('int_value', `{"$numberLong":"${text}"}`);
  if (value.startsWith('{"$numberDouble"')) return named('double_value', value);
  return named('string_value', JSON.stringify(text));
}

function jsonFields(fields: ReadonlyMap<string, string>): JsonField[] {
  return Array.from(fields, ([name, value]) => ({ name, quotedName: JSON.stringify(name), value }));
}

function valueAt(fields: ReadonlyMap<string, string>, [first = '', ...rest]: readonly string[]): string | undefined {
  let value = fields.get(first);
  for (const segment of rest) {
    if (value === undefined) return undefined;
    if (isArray(value)) value = /^\d+$/.test(segment) ? elementsOf(value)[Number(segment)] : undefined;
    else value = isObject(value) ? fieldsOf(value).find(({ name }) => name === segment)?.value : undefined;
  }
  return value;
}
