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
import { RecommenderResolver } from './recommender-resolver.js';

const COMMITTED = new URL('../../schema.graphql', import.meta.url);
let schema: GraphQLSchema;

beforeAll(async () => {
  const app = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
  schema = await app.get(GraphQLSchemaFactory).create([RecommenderResolver]);
  await app.close();
});

test('the committed schema is the one that is served (UPDATE_SCHEMA=1 writes it anew)', () => {
  if (process.env['UPDATE_SCHEMA']) writeFileSync(COMMITTED, `${printSchema(schema)}\n`);
  expect(sorted(buildSchema(readFileSync(COMMITTED, 'utf8')))).toBe(sorted(schema));
});

const sorted = (any: GraphQLSchema) => printSchema(lexicographicSortSchema(any));

test('the schema is the published contract', () => {
  const published = buildSchema(CONTRACT);
  expect(findBreakingChanges(published, schema)).toEqual([]);
  expect(findBreakingChanges(schema, published)).toEqual([]);
  expect(findDangerousChanges(published, schema)).toEqual([]);
});

const CONTRACT = `
  type Query { recommendations(userId: ID!, first: Int = 5, filter: RecommendationFilter, context: RecommendationContext): RecommendationList! similarProducts(productId: ID!, first: Int = 5, filter: RecommendationFilter): RecommendationList! boughtTogether(productIds: [ID!]!, first: Int = 5, filter: RecommendationFilter): RecommendationList! trendingProducts(first: Int = 5, filter: RecommendationFilter): RecommendationList! product(id: ID!): Product customer(id: ID!): Customer }
  type RecommendationList { requestId: ID! items: [Recommendation!]! model: ModelVersion! }
  type Recommendation { rank: Int! product: Product! score: Float! reason: Reason! }
  type Reason { kind: ReasonKind! text: String! because: [Product!]! }
  enum ReasonKind { BOUGHT_TOGETHER TASTE SIMILAR TRENDING }
  type Product { id: ID! name: String! category: String price: Float! rating: Float imageUrl: String }
  type Customer { id: ID! tier: Tier! features: Features! perks: [String!]! }
  enum Tier { PLATINUM GOLD SILVER BRONZE }
  type Features { sessionCount: Int! totalTimeSpendByUserInMsec: Float! averageOrderValue: Float! noOfOrders: Int! }
  type ModelVersion { name: String! version: String! trainedAt: String! }
  input RecommendationFilter { categories: [String!] excludeProductIds: [ID!] priceMin: Float priceMax: Float includePurchased: Boolean = false }
  input RecommendationContext { recentProductIds: [ID!] cartProductIds: [ID!] }
`;
