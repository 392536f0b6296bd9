import { buildSchema, parse } from 'graphql/index.js';
import { expect, test } from 'vitest';
import { CompiledQueries } from './compiled-queries.js';

function queries() {
  const schema = buildSchema('type Query { twice(n: Int!): Int! broken: Int } type Mutation { add(n: Int!): Int! }');
  const { twice, broken } = schema.getQueryType()?.getFields() ?? {};
  const { add } = schema.getMutationType()?.getFields() ?? {};
  if (!twice || !broken || !add) throw new Error('the schema lacks a field');
  let sum = 0;
  twice.resolve = (_source, { n }) => n * 2;
  broken.resolve = () => {
    throw new Error('broken');
  };
  add.resolve = (_source, { n }) => (sum += n);
  const observed: [string, boolean][] = [];
  return { compiled: new CompiledQueries(schema, (query, _, failed) => observed.push([query, failed])), observed };
}

const QUERY = 'query Q($n: Int!) { twice(n: $n) }';
const asked = (text: string, variables: Record<string, unknown> = {}) => ({
  text,
  hash: undefined,
  operationName: undefined,
  variables,
});
const taken = (text: string, variables: Record<string, unknown> = {}) => ({
  document: parse(text),
  text,
  queryHash: `hash of ${text}`,
  operationName: undefined,
  variables,
  context: {},
});

test('a query is answered again once it was compiled, by its text or its hash, and observed', async () => {
  const { compiled, observed } = queries();
  expect(await compiled.answerAgain(asked(QUERY, { n: 2 }), {})).toBeUndefined();
  await compiled.execute(taken(QUERY, { n: 2 }));
  expect(await compiled.answerAgain(asked(QUERY, { n: 2 }), {})).toBeUndefined();
  await compiled.execute(taken(QUERY, { n: 2 }));
  expect(await compiled.answerAgain(asked(QUERY, { n: 3 }), {})).toBe('{"data":{"twice":6}}\n');
  const byHash = { text: undefined, hash: `hash of ${QUERY}`, operationName: undefined, variables: { n: 4 } };
  expect(await compiled.answerAgain(byHash, {})).toBe('{"data":{"twice":8}}\n');
  expect(await compiled.answerAgain({ ...byHash, operationName: 'Other' }, {})).toBeUndefined();
  expect(observed).toEqual(Array.from({ length: 4 }, () => ['twice', false]));
});

test('what is not plain data is not answered: variables that do not fit, and errors', async () => {
  const { compiled, observed } = queries();
  for (const text of [QUERY, QUERY, '{ broken }', '{ broken }']) await compiled.execute(taken(text, { n: 1 }));
  observed.length = 0;
  expect(await compiled.answerAgain(asked(QUERY, { n: 'many' }), {})).toBeUndefined();
  expect(await compiled.answerAgain(asked(QUERY), {})).toBeUndefined();
  expect(await compiled.answerAgain(asked('{ broken }'), {})).toBeUndefined();
  expect(observed).toEqual([]);
});

test('a mutation is never run on the way to being refused', async () => {
  const { compiled } = queries();
  const text = 'mutation { add(n: 1) }';
  for (let times = 1; times <= 3; times++)
    expect(await compiled.execute(taken(text))).toEqual({ data: { add: times } });
  expect(await compiled.answerAgain(asked(text), {})).toBeUndefined();
  expect(await compiled.execute(taken(text))).toEqual({ data: { add: 4 } });
});
