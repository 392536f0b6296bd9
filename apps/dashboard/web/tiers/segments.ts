import * as z from 'zod/mini';
import type { Services } from '../api/services.js';
import { TIERS } from './tier.js';

export const segmentsSchema = z.looseObject({
  segments: z.array(z.looseObject({ tier: z.string(), members: z.number() })),
  as_of: z.nullish(z.string()),
  model_version: z.nullish(z.union([z.string(), z.number()])),
});

const membersSchema = z.looseObject({ members: z.array(z.looseObject({ customer_id: z.string() })) });

/** A tier's size, and its share of all customers. */
export interface Segment {
  tier: string;
  members: number;
  share: number;
}

/** The segments, best tier first; every tier is there, empty or not. */
export function segmentsOf(answer: z.infer<typeof segmentsSchema>): Segment[] {
  const sizes = new Map<string, number>(TIERS.map(tier => [tier, 0]));
  for (const { tier, members } of answer.segments) sizes.set(tier, members);
  const total = [...sizes.values()].reduce((sum, members) => sum + members, 0);
  return [...sizes].map(([tier, members]) => ({ tier, members, share: total === 0 ? 0 : members / total }));
}

/** Ids of some members of a tier. */
export async function someMembers(
  services: Services,
  tier: string,
  limit: number,
  signal: AbortSignal,
): Promise<string[]> {
  const { members } = await services.json(
    'clustering-service',
    `/v1/segments/${tier.toLowerCase()}/members?limit=${limit}`,
    membersSchema,
    { signal },
  );
  return members.map(member => member.customer_id);
}
