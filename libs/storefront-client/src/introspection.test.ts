import { readFileSync, writeFileSync } from 'node:fs';
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { expect, test } from 'vitest';

const SCHEMA = new URL('../../../apps/recommender/schema.graphql', import.meta.url);
const TYPES = new URL('./generated/introspection.ts', import.meta.url);

test("the client's types are those of the recommender's schema (UPDATE_SCHEMA=1 writes them anew)", () => {
  const introspection = minifyIntrospection(introspectionFromSchema(buildSchema(readFileSync(SCHEMA, 'utf8'))));
  const types = outputIntrospectionFile(introspection, { fileType: '.ts' });
  if (process.env['UPDATE_SCHEMA']) writeFileSync(TYPES, types);
  expect(readFileSync(TYPES, 'utf8')).toBe(types);
});
