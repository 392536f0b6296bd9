import type { Binary } from 'mongodb';
import { z } from 'zod';
import { CONSENT_PURPOSES, type ConsentPurpose } from '../audiences/contact/consent.js';
import { type Tier, TIERS } from '../tiers/tier.js';
import { type WebhookEvent, type WebhookType, WEBHOOK_TYPES } from './webhook-event.js';

/** A secret that messages are signed with; `expiresAt` is set once a newer one took its place. */
export interface WebhookSecret {
  sealed?: Binary;
  /** Open, as secrets were kept before they were sealed; sealed at the next start. */
  secret?: string;
  expiresAt: Date | null;
}

/** Where messages go. */
export interface WebhookEndpoint {
  _id: string;
  url: string;
  description: string;
  /** Told of these only; empty: of all. */
  types: WebhookType[];
  tiers: Tier[];
  /** Told only of customers whose newest answer grants what this needs; null, as in endpoints from before: of all. */
  consent?: ConsentPurpose | null;
  secrets: WebhookSecret[];
  status: 'enabled' | 'disabled';
  disabledReason: string | null;
  createdAt: Date;
  /** Since when no attempt has succeeded. */
  failingSince: Date | null;
}

/** What is sent to make or change an endpoint. */
export const webhookEndpointInput = z.strictObject({
  url: z.string('url: the address to be told was expected').max(2000, 'url: at most 2000 characters'),
  description: z.string().max(500, 'description: at most 500 characters').default(''),
  types: z
    .array(z.enum(WEBHOOK_TYPES, `types: one of ${WEBHOOK_TYPES.join(', ')} was expected`))
    .default([])
    .meta({ description: 'Only these; empty: all' }),
  tiers: z
    .array(z.enum(TIERS, `tiers: one of ${TIERS.join(', ')} was expected`))
    .default([])
    .meta({ description: 'Only what concerns these; empty: all' }),
  consent: z
    .enum(CONSENT_PURPOSES, `consent: one of ${CONSENT_PURPOSES.join(', ')} was expected`)
    .nullable()
    .default(null)
    .meta({ description: 'Only of customers who granted what this needs when the message is sent; null: of all' }),
  status: z.enum(['enabled', 'disabled']).default('enabled'),
});

export type WebhookEndpointInput = z.infer<typeof webhookEndpointInput>;

const moment = z.string().meta({ format: 'date-time' });

/** An endpoint, as the API shows it: without its secrets. */
export const webhookEndpointSchema = webhookEndpointInput.required().extend({
  id: z.string(),
  disabled_reason: z.string().nullable(),
  created_at: moment,
  failing_since: moment.nullable(),
});

/** An endpoint that was just made, with its secret, which is shown this once. */
export const newWebhookEndpointSchema = webhookEndpointSchema.extend({ secret: z.string() });

export function webhookEndpointView(endpoint: WebhookEndpoint): z.infer<typeof webhookEndpointSchema> {
  const {
    _id,
    url,
    description,
    types,
    tiers,
    consent = null,
    status,
    disabledReason,
    createdAt,
    failingSince,
  } = endpoint;
  return {
    id: _id,
    url,
    description,
    types,
    tiers,
    consent,
    status,
    disabled_reason: disabledReason,
    created_at: createdAt.toISOString(),
    failing_since: failingSince?.toISOString() ?? null,
  };
}

/** Whether an endpoint asked to be told of an event. */
export function wants({ types, tiers }: WebhookEndpoint, event: Pick<WebhookEvent, 'type' | 'tiers'>): boolean {
  return (
    (types.length === 0 || types.includes(event.type)) &&
    (tiers.length === 0 || event.tiers.some(tier => tiers.includes(tier)))
  );
}
