import { z } from 'zod';
import type { CallOutcome, Destination, DestinationRow } from './destination.js';
import { callDestination } from './destination-http.js';
import { readSecret, secretSourceSchema } from './secret-source.js';

/** A static segment (a tag) of a Mailchimp audience. */
export const mailchimpSegmentSchema = z.strictObject({
  kind: z.literal('mailchimp-segment'),
  audience: z.string().min(1),
  segment: z.string().regex(/^\d+$/, 'segment: the number of a static segment was expected'),
  /** Names of merge fields by column, for example { "Loyalty Tier": "TIER" }; other columns are not sent. */
  mergeFields: z
    .record(z.string(), z.string().regex(/^[A-Z0-9_]{1,10}$/))
    .default({ 'First Name': 'FNAME', 'Last Name': 'LNAME' }),
  /** An API key; what follows its dash names the data centre. */
  key: secretSourceSchema,
  /** Instead of the data centre's address. */
  url: z.url().optional(),
});

const segmentSchema = z.object({ error_count: z.number().default(0) });

/**
 * Adds who is not in the audience yet as subscribed, leaves the status of all others as it is (somebody who unsubscribed stays so), and then puts them into the segment. Who is removed leaves the
 * segment, not the audience.
 * https://mailchimp.com/developer/marketing/api/lists/batch-subscribe-or-unsubscribe/, https://mailchimp.com/developer/marketing/api/list-segments/batch-add-or-remove-members/
 */
export function mailchimpSegment(settings: z.infer<typeof mailchimpSegmentSchema>): Destination {
  const { audience, segment, mergeFields } = settings;
  const post = async (path: string, body: object, signal: AbortSignal): Promise<unknown> => {
    const key = await readSecret(settings.key);
    const url = settings.url ?? `https://${key.split('-').at(-1)}.api.mailchimp.com`;
    const authorization = `Basic ${Buffer.from(`laurel:${key}`).toString('base64')}`;
    return callDestination({ method: 'POST', url: `${url}/3.0/${path}`, headers: { authorization }, body, signal });
  };
  const list = `lists/${encodeURIComponent(audience)}`;

  const add = async (rows: readonly DestinationRow[], signal: AbortSignal): Promise<CallOutcome> => {
    const members = rows.map(row => ({
      email_address: row['Email Address'],
      status: 'subscribed',
      merge_fields: Object.fromEntries(
        Object.entries(mergeFields).map(([column, field]) => [field, row[column] ?? '']),
      ),
    }));
    await post(`${list}?skip_merge_validation=true`, { members, update_existing: false }, signal);
    const { error_count: refused } = segmentSchema.parse(
      await post(`${list}/segments/${segment}`, { members_to_add: rows.map(row => row['Email Address']) }, signal),
    );
    return { accepted: rows.length - refused, refused };
  };
  const remove = async (rows: readonly DestinationRow[], signal: AbortSignal): Promise<CallOutcome> => {
    await post(`${list}/segments/${segment}`, { members_to_remove: rows.map(row => row['Email Address']) }, signal);
    return { accepted: rows.length, refused: 0 };
  };
  return { format: 'mailchimp', rowsPerCall: 500, add, remove };
}
