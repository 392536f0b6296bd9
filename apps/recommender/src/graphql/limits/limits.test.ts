import { buildSchema, parse, validate } from 'graphql/index.js';
import { expect, test } from 'vitest';
import { queryCost } from './query-cost.js';
import { queryDepth } from './query-depth.js';

const schema = buildSchema(`
  type Query { list(first: Int = 5): List! batch(userIds: [ID!]!, first: Int = 5): [List!]! }
  type List { id: ID! items: [Item!]! }
  type Item { rank: Int! because: [Item!]! }
`);
const refused = (query: string, ...rules: Parameters<typeof validate>[2] & object) =>
  validate(schema, parse(query), rules).map(({ message }) => message);

test.each([
  ['{ list { id } }', 55],
  ['{ list(first: 10) { id items { rank } } }', 80],
  ['query ($n: Int) { list(first: $n) { id } }', 150],
  ['{ list(first: 1) { items { because { rank } } } }', 54],
  ['{ a: list { id } b: list { id } }', 110],
  ['{ batch(userIds: ["a", "b"], first: 1) { id } }', 102],
  ['query ($ids: [ID!]!) { batch(userIds: $ids, first: 2) { id } }', 2600],
  ['{ ...Q } fragment Q on Query { list { ...L ...L } } fragment L on List { id }', 60],
])('%s costs %i', (query, cost) => {
  expect(refused(query, queryCost(cost))).toEqual([]);
  expect(refused(query, queryCost(cost - 1))).toEqual([expect.stringContaining(`costs ${cost}.`)]);
});

test.each([
  ['{ list { items { because { rank } } } }', 4],
  ['{ list { ... { ... { id } } } }', 4],
  ['{ ...Q } fragment Q on Query { list { ...L } } fragment L on List { id }', 4],
  ['{ __typename __schema { types { fields { type { ofType { ofType { name } } } } } } }', 1],
])('%s is %i deep', (query, depth) => {
  expect(refused(query, queryDepth(depth))).toEqual([]);
  if (depth > 1) expect(refused(query, queryDepth(depth - 1))).toHaveLength(1);
});

test('fragments in a circle are endlessly deep and costly', () => {
  const query = '{ list { ...A } } fragment A on List { id ...B } fragment B on List { id ...A }';
  expect(refused(query, queryDepth(8))).toEqual([expect.stringContaining('endlessly')]);
  expect(refused(query, queryCost(8000))).toEqual([expect.stringContaining('endlessly')]);
});

test('fragments that double at each step are counted without being unrolled', () => {
  const steps = Array.from({ length: 40 }, (_, at) => `fragment F${at} on List { ...F${at + 1} ...F${at + 1} }`).join(
    ' ',
  );
  expect(refused(`{ list { ...F0 } } ${steps} fragment F40 on List { id }`, queryCost(8000))).toHaveLength(1);
});
