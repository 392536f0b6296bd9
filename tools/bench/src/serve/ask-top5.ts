import { z } from 'zod';
import { GRAPHQL_PATH, top5Body } from './top5-query.js';

const item = z.object({
  product: z.object({ id: z.string(), name: z.string(), price: z.number() }),
  score: z.number(),
  reason: z.object({ text: z.string() }),
});

export const top5Schema = z.array(item);

/** One customer's top five. */
export type Top5 = z.infer<typeof top5Schema>;

const replySchema = z.object({ data: z.object({ recommendations: z.object({ items: top5Schema }) }) });

/** A server that answers the query, and the key it wants to see. */
export interface Top5Server {
  url: string;
  key?: string;
}

/** More is asked of the server than it can answer in time: it answered 503, or with what trends in place of the customer's list. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** @throws RefusedError in a rush, Error when the answer is not a list. */
export async function askTop5({ url, key = '' }: Top5Server, user: string): Promise<Top5> {
  const response = await fetch(`${url}${GRAPHQL_PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: top5Body(user),
  });
  if (response.status === 503 || response.headers.has('x-laurel-shortened'))
    throw new RefusedError(await response.text());
  return replySchema.parse(await response.json()).data.recommendations.items;
}
