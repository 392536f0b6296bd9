import { z } from 'zod';
import type { CallOutcome, Destination, DestinationRow } from './destination.js';
import { callDestination } from './destination-http.js';
import { readSecret, secretSourceSchema } from './secret-source.js';

/** A Customer Match list of a Google Ads account, by the Data Manager API. */
export const googleDataManagerSchema = z.strictObject({
  kind: z.literal('google-data-manager'),
  account: z.string().regex(/^\d+$/, 'account: the number of a Google Ads account, without dashes, was expected'),
  /** The account that signs in, where it is a manager account. */
  loginAccount: z.string().regex(/^\d+$/).optional(),
  list: z.string().min(1),
  /** An OAuth access token with the scope datamanager. */
  token: secretSourceSchema,
  url: z.url().default('https://datamanager.googleapis.com'),
});

/**
 * Ingests and removes audience members; Google matches them later and answers with the number of the request alone.
 * https://developers.google.com/data-manager/api/reference/rest/v1/audienceMembers/ingest
 */
export function googleDataManager(settings: z.infer<typeof googleDataManagerSchema>): Destination {
  const account = (accountId: string) => ({ accountType: 'GOOGLE_ADS', accountId });
  const call = async (
    verb: 'ingest' | 'remove',
    rows: readonly DestinationRow[],
    signal: AbortSignal,
  ): Promise<CallOutcome> => {
    const { url, token, list, loginAccount } = settings;
    const destination = {
      operatingAccount: account(settings.account),
      ...(loginAccount !== undefined && { loginAccount: account(loginAccount) }),
      productDestinationId: list,
    };
    await callDestination({
      method: 'POST',
      url: `${url}/v1/audienceMembers:${verb}`,
      headers: { authorization: `Bearer ${await readSecret(token)}` },
      body: {
        destinations: [destination],
        audienceMembers: rows.map(row => ({ userData: { userIdentifiers: identifiersOf(row) } })),
        encoding: 'HEX',
        ...(verb === 'ingest' && {
          consent: { adUserData: 'CONSENT_GRANTED', adPersonalization: 'CONSENT_GRANTED' },
          termsOfService: { customerMatchTermsOfServiceStatus: 'ACCEPTED' },
        }),
      },
      signal,
    });
    return { accepted: rows.length, refused: 0 };
  };
  return {
    format: 'google-customer-match',
    rowsPerCall: 10_000,
    add: (rows, signal) => call('ingest', rows, signal),
    remove: (rows, signal) => call('remove', rows, signal),
  };
}

function identifiersOf(row: DestinationRow): object[] {
  const { Email, Phone, 'First Name': givenName, 'Last Name': familyName, Country: regionCode, Zip: postalCode } = row;
  return [
    ...(Email ? [{ emailAddress: Email }] : []),
    ...(Phone ? [{ phoneNumber: Phone }] : []),
    ...(givenName ? [{ address: { givenName, familyName, regionCode, postalCode } }] : []),
  ];
}
