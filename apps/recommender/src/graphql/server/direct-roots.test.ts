import { buildSchema, graphqlSync } from 'graphql/index.js';
import { expect, test } from 'vitest';
import { callDirectly } from './direct-roots.js';

test('root fields are answered by the methods of their name while the request has time left, and refused after', () => {
  const schema = buildSchema('type Query { first: Int second: Int }');
  const request = { untilMs: Number.POSITIVE_INFINITY };
  class Roots {
    first(): number {
      request.untilMs = 0;
      return 1;
    }

    second(): number {
      return 2;
    }
  }
  callDirectly(schema, new Roots());
  const { data, errors } = graphqlSync({ schema, source: '{ first second }', contextValue: request });
  expect([data, errors?.map(({ path, extensions }) => [path, extensions['code']])]).toEqual([
    { first: 1, second: null },
    [[['second'], 'QUERY_TOO_SLOW']],
  ]);
});
