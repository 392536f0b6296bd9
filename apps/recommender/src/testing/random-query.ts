import fc from 'fast-check';
import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql/index.js';

const MAX_DEPTH = 5;
const MAX_FIELDS = 4;
const JUNK = ['null', '"x"', '""', '-1', '1e99', '0.5', 'true', '{}', '[]', '[[null]]', 'NONE', '$given', '$missing'];

type Draw = fc.GeneratorValue;

/**
 * A query over a schema: fields, arguments and values at random, most of them right and some not, and sometimes cut short. Ids are drawn from
 * `ids`.
 */
export function randomQuery(draw: Draw, schema: GraphQLSchema, ids: readonly string[]): string {
  const root = schema.getQueryType();
  if (!root) throw new Error('the schema has no queries');
  const text = `query Q($given: ID) ${selection(draw, root, ids, 1)}`;
  return one(draw, 20) ? text.slice(0, draw(fc.nat, { max: text.length })) : text;
}

function selection(draw: Draw, type: GraphQLObjectType, ids: readonly string[], depth: number): string {
  const chosen = someOf(draw, type.getFields(), 1);
  const texts = chosen.map((field, at) =>
    fieldText(draw, field, ids, depth, depth === 1 || one(draw, 8) ? `f${at}: ` : ''),
  );
  if (one(draw, 8)) texts.push(draw(fc.constantFrom, '__typename', 'unknown', `... on ${type.name} { __typename }`));
  return `{ ${texts.join(' ')} }`;
}

function fieldText(
  draw: Draw,
  { name, args, type }: GraphQLField<unknown, unknown>,
  ids: readonly string[],
  depth: number,
  alias: string,
): string {
  const given = args.filter(arg => isNonNullType(arg.type) || one(draw, 2)).map(arg => argumentText(draw, arg, ids));
  const named = getNamedType(type);
  const within = isObjectType(named)
    ? depth < MAX_DEPTH
      ? selection(draw, named, ids, depth + 1)
      : '{ __typename }'
    : '';
  const directive = one(draw, 12) ? ` @include(if: ${draw(fc.constantFrom, 'true', 'false', '3')})` : '';
  return `${alias}${name}${given.length > 0 ? `(${given.join(', ')})` : ''}${directive} ${within}`;
}

function argumentText(draw: Draw, { name, type }: GraphQLArgument, ids: readonly string[]): string {
  return `${name}: ${valueText(draw, type, ids)}`;
}

function valueText(draw: Draw, type: GraphQLInputType, ids: readonly string[]): string {
  if (one(draw, 16)) return draw(fc.constantFrom, ...JUNK);
  if (isNonNullType(type)) return valueText(draw, type.ofType, ids);
  if (isListType(type)) {
    const items = Array.from({ length: draw(fc.nat, { max: 3 }) }, () => valueText(draw, type.ofType, ids));
    return `[${items.join(', ')}]`;
  }
  if (isInputObjectType(type)) {
    const fields = someOf(draw, type.getFields(), 0);
    return `{ ${fields.map(field => `${field.name}: ${valueText(draw, field.type, ids)}`).join(', ')} }`;
  }
  if (isEnumType(type)) return draw(fc.constantFrom, ...type.getValues().map(({ name }) => name));
  switch (type.name) {
    case 'Int':
      return String(draw(fc.integer, { min: -1, max: 110 }));
    case 'Float':
      return String(draw(fc.integer, { min: -1, max: 20 }));
    case 'Boolean':
      return String(draw(fc.boolean));
    default:
      return JSON.stringify(one(draw, 6) ? draw(fc.string) : draw(fc.constantFrom, ...ids));
  }
}

function someOf<T>(draw: Draw, fields: Readonly<Record<string, T>>, minLength: number): T[] {
  const names = Object.keys(fields);
  const chosen = draw(fc.subarray, names, { minLength, maxLength: Math.min(MAX_FIELDS, names.length) });
  return chosen.flatMap(name => fields[name] ?? []);
}

/** True once in `times`. */
function one(draw: Draw, times: number): boolean {
  return draw(fc.nat, { max: times - 1 }) === 0;
}
