import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CallOutcome, Destination, DestinationRow } from './destination.js';
import { callDestination } from './destination-http.js';
import { readSecret, secretSourceSchema } from './secret-source.js';

/** A data stream of Google Analytics 4, by the Measurement Protocol. */
export const ga4MeasurementSchema = z.strictObject({
  kind: z.literal('ga4-measurement'),
  measurementId: z.string().regex(/^G-[A-Z0-9]+$/, 'measurementId: one such as G-ABC123 was expected'),
  /** An API secret of the data stream. */
  secret: secretSourceSchema,
  url: z.url().default('https://www.google-analytics.com'),
});

const AT_ONCE = 8;
/** What the user property says of somebody who left the audience. */
const NONE = 'none';

/**
 * Sets the user property `loyalty_tier` of each user, one call a user. Google answers 204 to whatever it gets, so what it refuses cannot be counted.
 * https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference
 */
export function ga4Measurement(settings: z.infer<typeof ga4MeasurementSchema>): Destination {
  const tell = async (userId: string, tier: string, signal: AbortSignal): Promise<void> => {
    const query = new URLSearchParams({
      measurement_id: settings.measurementId,
      api_secret: await readSecret(settings.secret),
    });
    await callDestination({
      method: 'POST',
      url: `${settings.url}/mp/collect?${query}`,
      headers: {},
      body: {
        client_id: clientIdOf(userId),
        user_id: userId,
        consent: { ad_user_data: 'GRANTED', ad_personalization: 'GRANTED' },
        user_properties: { loyalty_tier: { value: tier } },
        events: [{ name: 'loyalty_tier_set', params: {} }],
      },
      signal,
    });
  };
  const tellAll = async (
    rows: readonly DestinationRow[],
    tierOf: (row: DestinationRow) => string,
    signal: AbortSignal,
  ): Promise<CallOutcome> => {
    for (let from = 0; from < rows.length; from += AT_ONCE)
      await Promise.all(rows.slice(from, from + AT_ONCE).map(row => tell(row['user_id'] ?? '', tierOf(row), signal)));
    return { accepted: rows.length, refused: 0 };
  };
  return {
    format: 'ga4-user-import',
    rowsPerCall: 1000,
    add: (rows, signal) => tellAll(rows, row => row['loyalty_tier'] ?? NONE, signal),
    remove: (rows, signal) => tellAll(rows, () => NONE, signal),
  };
}

/** Google wants one of every call; ours is made of the user's id, so that it is always the same. */
function clientIdOf(userId: string): string {
  const digest = createHash('sha256').update(userId).digest();
  return `${digest.readUInt32BE(0)}.${digest.readUInt32BE(4)}`;
}
