import { z } from 'zod';
import type { CallOutcome, Destination, DestinationRow } from './destination.js';
import { callDestination, type DestinationCall } from './destination-http.js';
import { readSecret, secretSourceSchema } from './secret-source.js';

/** A list of Klaviyo. */
export const klaviyoListSchema = z.strictObject({
  kind: z.literal('klaviyo-list'),
  list: z.string().min(1),
  /** A private API key. */
  key: secretSourceSchema,
  revision: z.iso.date().default('2026-01-15'),
  url: z.url().default('https://a.klaviyo.com'),
});

/** Columns with a place of their own in a profile; all others become its properties. */
const OWN = ['Email Address', 'First Name', 'Last Name', 'Country', 'Zip Code', 'External ID'];
/** So many addresses in one look-up. */
const LOOKED_UP = 100;

const profilesSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/**
 * Imports profiles into the list by jobs of Klaviyo's; takes them out of the list by their ids, which are looked up by address.
 * https://developers.klaviyo.com/en/reference/bulk_import_profiles, https://developers.klaviyo.com/en/reference/remove_profiles_from_list
 */
export function klaviyoList(settings: z.infer<typeof klaviyoListSchema>): Destination {
  const { url, list } = settings;
  const call = async (
    method: DestinationCall['method'],
    path: string,
    signal: AbortSignal,
    body?: object,
  ): Promise<unknown> =>
    callDestination({
      method,
      url: `${url}/api/${path}`,
      headers: { authorization: `Klaviyo-API-Key ${await readSecret(settings.key)}`, revision: settings.revision },
      body,
      signal,
    });

  const add = async (rows: readonly DestinationRow[], signal: AbortSignal): Promise<CallOutcome> => {
    const profiles = rows.map(row => ({ type: 'profile', attributes: attributesOf(row) }));
    const data = {
      type: 'profile-bulk-import-job',
      attributes: { profiles: { data: profiles } },
      relationships: { lists: { data: [{ type: 'list', id: list }] } },
    };
    await call('POST', 'profile-bulk-import-jobs', signal, { data });
    return { accepted: rows.length, refused: 0 };
  };

  const remove = async (rows: readonly DestinationRow[], signal: AbortSignal): Promise<CallOutcome> => {
    const addresses = rows.map(row => JSON.stringify(row['Email Address']));
    const filter = new URLSearchParams({
      filter: `any(email,[${addresses.join(',')}])`,
      'fields[profile]': 'id',
      'page[size]': String(LOOKED_UP),
    });
    const { data } = profilesSchema.parse(await call('GET', `profiles?${filter}`, signal));
    const profiles = data.map(({ id }) => ({ type: 'profile', id }));
    if (profiles.length > 0)
      await call('DELETE', `lists/${encodeURIComponent(list)}/relationships/profiles`, signal, { data: profiles });
    return { accepted: rows.length, refused: 0 };
  };

  return { format: 'klaviyo', rowsPerCall: 1000, add, remove: inParts(LOOKED_UP, remove) };
}

function attributesOf(row: DestinationRow): object {
  const location = {
    ...(row['Country'] && { country: row['Country'] }),
    ...(row['Zip Code'] && { zip: row['Zip Code'] }),
  };
  return {
    email: row['Email Address'],
    ...(row['First Name'] && { first_name: row['First Name'] }),
    ...(row['Last Name'] && { last_name: row['Last Name'] }),
    ...(row['External ID'] && { external_id: row['External ID'] }),
    ...(Object.keys(location).length > 0 && { location }),
    properties: Object.fromEntries(Object.entries(row).filter(([column]) => !OWN.includes(column))),
  };
}

/** Makes of a call for few rows one for many. */
function inParts(most: number, call: Destination['remove']): Destination['remove'] {
  return async (rows, signal) => {
    const all: CallOutcome = { accepted: 0, refused: 0 };
    for (let from = 0; from < rows.length; from += most) {
      const { accepted, refused } = await call(rows.slice(from, from + most), signal);
      all.accepted += accepted;
      all.refused += refused;
    }
    return all;
  };
}
