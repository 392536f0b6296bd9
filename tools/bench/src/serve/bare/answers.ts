import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { top5Schema, type Top5 } from '../ask-top5.js';

/** The part of the recommender's schema that the query needs. */
export const SDL = `
  type Query { recommendations(userId: ID!, first: Int! = 5): RecommendationList! }
  type RecommendationList { items: [Recommendation!]! }
  type Recommendation { product: Product! score: Float! reason: Reason! }
  type Product { id: ID! name: String! price: Float! }
  type Reason { text: String! }
`;

const answers = new Map(Object.entries(readAnswers(process.env['ANSWERS'])));

/** What the map holds for a customer. */
export function answerFor(userId: string, first: number): { items: Top5 } {
  return { items: (answers.get(userId) ?? []).slice(0, first) };
}

/** Where the server listens; from the environment, as everything that a bare server is told. */
export const listenOn = { host: '127.0.0.1', port: z.coerce.number().parse(process.env['PORT']) };

export const resolvers = {
  Query: {
    recommendations: (_: unknown, { userId, first }: { userId: string; first: number }) => answerFor(userId, first),
  },
};

function readAnswers(path = ''): Record<string, Top5> {
  return z.record(z.string(), top5Schema).parse(JSON.parse(readFileSync(path, 'utf8')));
}
