import * as z from 'zod/mini';
import { duration, words } from '../dom/format.js';

const endpointSchema = z.looseObject({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  types: z.array(z.string()),
  tiers: z.array(z.string()),
  status: z.enum(['enabled', 'disabled']),
  disabled_reason: z.nullable(z.string()),
  failing_since: z.nullable(z.string()),
});

/** Where messages go, as the clustering-service tells it. */
export type Endpoint = z.infer<typeof endpointSchema>;

export const endpointsSchema = z.looseObject({ webhooks: z.array(endpointSchema) });

const attemptSchema = z.looseObject({
  webhook_id: z.string(),
  type: z.string(),
  at: z.string(),
  outcome: z.string(),
  http_status: z.nullable(z.number()),
  error: z.nullable(z.string()),
  latency_ms: z.number(),
});

/** One attempt to deliver a message. */
export type Attempt = z.infer<typeof attemptSchema>;

export const deliveriesSchema = z.looseObject({ deliveries: z.array(attemptSchema), waiting: z.number() });

export const testedSchema = z.looseObject({
  delivered: z.boolean(),
  http_status: z.nullable(z.number()),
  error: z.nullable(z.string()),
  latency_ms: z.number(),
});

export const replayedSchema = z.looseObject({ messages: z.number() });

/** How a test went, in a sentence: `Delivered: answered 204 after 12 ms.` */
export function testText({
  delivered,
  http_status: status,
  error,
  latency_ms: latencyMs,
}: z.infer<typeof testedSchema>): string {
  if (delivered) return `Delivered: answered ${status ?? ''} after ${duration(latencyMs)}.`;
  return `Not delivered: ${error ?? `answered ${status ?? 'nothing'}`}.`;
}

/** What became of an attempt: `Delivered (204)`, `Failed: The endpoint answered 503` */
export function outcomeText({
  outcome,
  http_status: status,
  error,
}: Pick<Attempt, 'outcome' | 'http_status' | 'error'>): string {
  if (error !== null) return `${words(outcome)}: ${error}`;
  return status === null ? words(outcome) : `${words(outcome)} (${status})`;
}

/** A moment as a field for date and time has it (`2026-03-02T09:15`), read as UTC, in RFC 3339; undefined for what is none. */
export function momentOf(field: string): string | undefined {
  const time = Date.parse(`${field}Z`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
