import { readFileSync, writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import {
  buildSchema,
  findBreakingChanges,
  findDangerousChanges,
  lexicographicSortSchema,
  printSchema,
  type GraphQLSchema,
} from 'graphql/index.js';
import { beforeAll, expect, test } from 'vitest';
import { FeedbackResolver } from './feedback-resolver.js';
import { RecommenderResolver } from './recommender-resolver.js';

const COMMITTED = new URL('../../schema.graphql', import.meta.url);
/** Overwritten by the committed schema when a version is released. */
const RELEASED = new URL('../../schema.released.graphql', import.meta.url);
let schema: GraphQLSchema;

beforeAll(async () => {
  const app = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
  schema = await app.get(GraphQLSchemaFactory).create([RecommenderResolver, FeedbackResolver]);
  await app.close();
});

test('the committed schema is the one that is served (UPDATE_SCHEMA=1 writes it anew)', () => {
  if (process.env['UPDATE_SCHEMA']) writeFileSync(COMMITTED, `${printSchema(schema)}\n`);
  expect(sorted(buildSchema(readFileSync(COMMITTED, 'utf8')))).toBe(sorted(schema));
});

const sorted = (any: GraphQLSchema) => printSchema(lexicographicSortSchema(any));

test('nothing that the last release offers is taken away or changed in its meaning', () => {
  const released = buildSchema(readFileSync(RELEASED, 'utf8'));
  expect(findBreakingChanges(released, schema)).toEqual([]);
  expect(findDangerousChanges(released, schema)).toEqual([]);
});
