import { z } from 'zod';
import type { CallOutcome, Destination, DestinationRow } from './destination.js';
import { callDestination } from './destination-http.js';
import { readSecret, secretSourceSchema } from './secret-source.js';

/** A custom audience of Meta, by the Marketing API. */
export const metaCustomAudienceSchema = z.strictObject({
  kind: z.literal('meta-custom-audience'),
  audience: z.string().regex(/^\d+$/, 'audience: the number of a custom audience was expected'),
  /** An access token that may manage ads. */
  token: secretSourceSchema,
  version: z
    .string()
    .regex(/^v\d+\.\d+$/, 'version: one such as v25.0 was expected')
    .default('v25.0'),
  url: z.url().default('https://graph.facebook.com'),
});

/** The columns of the file by Meta's names of them. */
const SCHEMA = {
  email: 'EMAIL',
  phone: 'PHONE',
  madid: 'MADID',
  fn: 'FN',
  ln: 'LN',
  zip: 'ZIP',
  country: 'COUNTRY',
  uid: 'EXTERN_ID',
} as const;

const answerSchema = z.object({ num_received: z.number(), num_invalid_entries: z.number().default(0) });

/**
 * Adds and removes users by several keys at once; unknown keys are left empty.
 * https://developers.facebook.com/docs/marketing-api/reference/custom-audience/users
 */
export function metaCustomAudience(settings: z.infer<typeof metaCustomAudienceSchema>): Destination {
  const call = async (
    method: 'POST' | 'DELETE',
    rows: readonly DestinationRow[],
    signal: AbortSignal,
  ): Promise<CallOutcome> => {
    const { url, version, audience, token } = settings;
    const columns = Object.keys(SCHEMA);
    const answer = await callDestination({
      method,
      url: `${url}/${version}/${audience}/users`,
      headers: { authorization: `Bearer ${await readSecret(token)}` },
      body: {
        payload: { schema: Object.values(SCHEMA), data: rows.map(row => columns.map(column => row[column] ?? '')) },
      },
      signal,
    });
    const { num_received: received, num_invalid_entries: refused } = answerSchema.parse(answer);
    return { accepted: received - refused, refused };
  };
  return {
    format: 'meta',
    rowsPerCall: 10_000,
    add: (rows, signal) => call('POST', rows, signal),
    remove: (rows, signal) => call('DELETE', rows, signal),
  };
}
