import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { csvText } from '../formats/csv-text.js';
import { RecordedApi } from '../../testing/recorded-api.js';
import type { Destination } from './destination.js';
import { DestinationError } from './destination-error.js';
import { readDestinations } from './destinations-file.js';
import { pushRows } from './push-rows.js';

const SECRET = 'a-secret-of-the-vendor-us7';
const { signal } = new AbortController();

let home: string;
let api: RecordedApi;
let url: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'laurel-destinations-'));
});
afterAll(() => rmSync(home, { recursive: true }));
beforeEach(async () => {
  api = new RecordedApi();
  url = await api.listen();
  vi.stubEnv('VENDOR_SECRET', SECRET);
});
afterEach(() => api.close());

function destination(yaml: string): Destination {
  writeFileSync(join(home, 'destinations.yaml'), yaml.replaceAll('URL', url));
  const [found] = readDestinations(home).values();
  if (!found) throw new Error('no destination');
  return found;
}

const google = () =>
  destination(
    'ads: { kind: google-data-manager, account: "1234567890", list: "77", token: { env: VENDOR_SECRET }, url: "URL" }',
  );
const meta = () =>
  destination('m: { kind: meta-custom-audience, audience: "42", token: { env: VENDOR_SECRET }, url: "URL" }');
const klaviyo = () => destination('k: { kind: klaviyo-list, list: VRgFBd, key: { env: VENDOR_SECRET }, url: "URL" }');
const mailchimp = () =>
  destination(
    'c: { kind: mailchimp-segment, audience: ab12, segment: "9", mergeFields: { Loyalty Tier: TIER }, key: { env: VENDOR_SECRET }, url: "URL" }',
  );
const ga4 = () =>
  destination('g: { kind: ga4-measurement, measurementId: G-ABC123, secret: { env: VENDOR_SECRET }, url: "URL" }');

describe('Google Data Manager', () => {
  const row = { Email: 'e1', Phone: '', 'First Name': 'f1', 'Last Name': 'l1', Country: 'US', Zip: '94045' };
  const member = {
    userData: {
      userIdentifiers: [
        { emailAddress: 'e1' },
        { address: { givenName: 'f1', familyName: 'l1', regionCode: 'US', postalCode: '94045' } },
      ],
    },
  };

  it('ingests hashed members with consent and terms, removes by the same identifiers', async () => {
    api.answer = () => ({ body: { requestId: '126365e1-16d0-4c81-9de9-f362711e250a' } });
    expect(await google().add([row], signal)).toEqual({ accepted: 1, refused: 0 });
    await google().remove([row], signal);
    const target = {
      operatingAccount: { accountType: 'GOOGLE_ADS', accountId: '1234567890' },
      productDestinationId: '77',
    };
    expect(api.calls.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      {
        method: 'POST',
        path: '/v1/audienceMembers:ingest',
        body: {
          destinations: [target],
          audienceMembers: [member],
          encoding: 'HEX',
          consent: { adUserData: 'CONSENT_GRANTED', adPersonalization: 'CONSENT_GRANTED' },
          termsOfService: { customerMatchTermsOfServiceStatus: 'ACCEPTED' },
        },
      },
      {
        method: 'POST',
        path: '/v1/audienceMembers:remove',
        body: { destinations: [target], audienceMembers: [member], encoding: 'HEX' },
      },
    ]);
    expect(api.calls[0]?.headers['authorization']).toBe(`Bearer ${SECRET}`);
  });

  it('says what Google found wrong, and never the secret', async () => {
    const error = {
      code: 400,
      message: 'There was a problem with the request.',
      status: 'INVALID_ARGUMENT',
      details: [{ reason: 'INVALID_HEX_ENCODING' }],
    };
    api.answer = () => ({ status: 400, body: { error } });
    const refused = await google()
      .add([row], signal)
      .catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ name: 'DestinationError', status: 400, isPassing: false });
    expect(String(refused)).toMatch(/answered 400: .*INVALID_HEX_ENCODING/);
    expect(String(refused)).not.toContain(SECRET);
    expect(api.calls).toHaveLength(1);
  });
});

describe('Meta custom audience', () => {
  it('sends columns by their keys, and counts what Meta could not use', async () => {
    api.answer = () => ({
      body: { audience_id: '42', session_id: '7', num_received: 2, num_invalid_entries: 1, invalid_entry_samples: {} },
    });
    const rows = [
      { email: 'e1', phone: 'p1', madid: '', fn: 'f1', ln: 'l1', zip: 'z1', country: 'c1', uid: 'u1' },
      { email: '', phone: 'p2', madid: '', fn: '', ln: '', zip: '', country: '', uid: 'u2' },
    ];
    expect(await meta().add(rows, signal)).toEqual({ accepted: 1, refused: 1 });
    await meta().remove(rows, signal);
    const payload = {
      schema: ['EMAIL', 'PHONE', 'MADID', 'FN', 'LN', 'ZIP', 'COUNTRY', 'EXTERN_ID'],
      data: [
        ['e1', 'p1', '', 'f1', 'l1', 'z1', 'c1', 'u1'],
        ['', 'p2', '', '', '', '', '', 'u2'],
      ],
    };
    expect(api.calls.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['POST', '/v25.0/42/users', { payload }],
      ['DELETE', '/v25.0/42/users', { payload }],
    ]);
  });
});

describe('Klaviyo list', () => {
  const row = {
    'Email Address': 'jane@example.com',
    'First Name': 'Jane',
    'Last Name': '',
    Country: 'US',
    'Zip Code': '',
    'External ID': '12347',
    'Loyalty Tier': 'GOLD',
  };

  it('imports profiles into the list', async () => {
    api.answer = () => ({
      status: 202,
      body: { data: { type: 'profile-bulk-import-job', id: 'job', attributes: { status: 'queued' } } },
    });
    await klaviyo().add([row], signal);
    const attributes = {
      email: 'jane@example.com',
      first_name: 'Jane',
      external_id: '12347',
      location: { country: 'US' },
      properties: { 'Loyalty Tier': 'GOLD' },
    };
    expect(api.calls[0]).toMatchObject({
      path: '/api/profile-bulk-import-jobs',
      body: {
        data: {
          type: 'profile-bulk-import-job',
          attributes: { profiles: { data: [{ type: 'profile', attributes }] } },
          relationships: { lists: { data: [{ type: 'list', id: 'VRgFBd' }] } },
        },
      },
    });
    expect(api.calls[0]?.headers).toMatchObject({ authorization: `Klaviyo-API-Key ${SECRET}`, revision: '2026-01-15' });
  });

  it('looks up the ids of those to take out, a hundred addresses at a time; who is not known there is passed over', async () => {
    api.answer = ({ method, path }) =>
      method === 'GET' && path.includes('c0%40example.com')
        ? { body: { data: [{ type: 'profile', id: 'P1' }] } }
        : method === 'GET'
          ? { body: { data: [] } }
          : { status: 204 };
    const rows = Array.from({ length: 150 }, (_, at) => ({ 'Email Address': `c${at}@example.com` }));
    expect(await klaviyo().remove(rows, signal)).toEqual({ accepted: 150, refused: 0 });
    expect(api.calls.map(({ method }) => method)).toEqual(['GET', 'DELETE', 'GET']);
    expect(new URL(api.calls[0]?.path ?? '', url).searchParams.get('filter')).toMatch(
      /^any\(email,\["c0@example\.com",.*"c99@example\.com"\]\)$/,
    );
    expect(api.calls[1]).toMatchObject({
      path: '/api/lists/VRgFBd/relationships/profiles',
      body: { data: [{ type: 'profile', id: 'P1' }] },
    });
  });
});

describe('Mailchimp segment', () => {
  it('adds who is new as subscribed, touches nobody else, and fills the segment', async () => {
    api.answer = ({ path }) => ({
      body: path.includes('/segments/') ? { total_added: 1, error_count: 1 } : { total_created: 1, error_count: 0 },
    });
    const rows = ['jane', 'joe'].map(name => ({ 'Email Address': `${name}@example.com`, 'Loyalty Tier': 'GOLD' }));
    expect(await mailchimp().add(rows, signal)).toEqual({ accepted: 1, refused: 1 });
    await mailchimp().remove(rows, signal);
    expect(api.calls.map(({ path, body }) => [path, body])).toEqual([
      [
        '/3.0/lists/ab12?skip_merge_validation=true',
        {
          members: rows.map(row => ({
            email_address: row['Email Address'],
            status: 'subscribed',
            merge_fields: { TIER: 'GOLD' },
          })),
          update_existing: false,
        },
      ],
      ['/3.0/lists/ab12/segments/9', { members_to_add: ['jane@example.com', 'joe@example.com'] }],
      ['/3.0/lists/ab12/segments/9', { members_to_remove: ['jane@example.com', 'joe@example.com'] }],
    ]);
    expect(api.calls[0]?.headers['authorization']).toBe(`Basic ${Buffer.from(`laurel:${SECRET}`).toString('base64')}`);
  });
});

describe('GA4 Measurement Protocol', () => {
  it('sets the user property of each user, always with the same client id', async () => {
    api.answer = () => ({ status: 204 });
    await ga4().add([{ user_id: '12347', loyalty_tier: 'GOLD' }], signal);
    await ga4().remove([{ user_id: '12347' }], signal);
    expect(api.calls.map(({ path, body }) => [path, body])).toMatchObject(
      ['GOLD', 'none'].map(value => [
        `/mp/collect?measurement_id=G-ABC123&api_secret=${SECRET}`,
        { user_id: '12347', user_properties: { loyalty_tier: { value } } },
      ]),
    );
    const [first, second] = api.calls.map(({ body }) => Reflect.get(Object(body), 'client_id'));
    expect(first).toMatch(/^\d+\.\d+$/);
    expect(second).toBe(first);
  });
});

describe('a push', () => {
  const files = (members: string[][]) => ({
    removals: Readable.from([csvText([['email'], ['gone']])]),
    members: Readable.from([csvText([['email', 'fn'], ...members])]),
  });
  const received = () =>
    api.calls.map(({ method, body }) => [
      method,
      Reflect.get(Object(body), 'payload').data.map((row: string[]) => row[0]),
    ]);

  it('removes first, then adds, in calls of the size that the destination takes', async () => {
    api.answer = ({ body }) => ({
      body: { num_received: Reflect.get(Object(body), 'payload').data.length, num_invalid_entries: 0 },
    });
    const seen: number[] = [];
    const counts = await pushRows(
      { ...meta(), rowsPerCall: 2 },
      files([
        ['a', ''],
        ['b', ''],
        ['c', ''],
      ]),
      signal,
      async ({ added }) => void seen.push(added),
    );
    expect(counts).toEqual({ removed: 1, added: 3, refused: 0 });
    expect(received()).toEqual([
      ['DELETE', ['gone']],
      ['POST', ['a', 'b']],
      ['POST', ['c']],
    ]);
    expect(seen).toEqual([0, 2, 3]);
  });

  it('gives values as they are where the file guards spreadsheets against them', async () => {
    api.answer = () => ({ body: { num_received: 1 } });
    await pushRows(meta(), files([['=1+1', "'quoted'"]]), signal, () => Promise.resolve());
    expect(api.calls[1]?.body).toMatchObject({ payload: { data: [expect.arrayContaining(['=1+1', "'quoted'"])] } });
  });

  it('tries again what was too much or broken, as the answer asks; then says so', async () => {
    api.next.push({ status: 429, retryAfter: 0 }, { status: 503, retryAfter: 0 });
    api.answer = () => ({ body: { num_received: 1 } });
    await pushRows(meta(), files([]), signal, () => Promise.resolve());
    expect(api.calls).toHaveLength(3);
    api.answer = () => ({ status: 500, retryAfter: 0, body: { error: 'down' } });
    await expect(pushRows(meta(), files([]), signal, () => Promise.resolve())).rejects.toMatchObject({
      status: 500,
      isPassing: true,
    });
  });
});

describe('destinations.yaml', () => {
  it('need not be there', () => {
    rmSync(join(home, 'destinations.yaml'), { force: true });
    expect(readDestinations(home).size).toBe(0);
  });

  it.each([
    ['x: { kind: fax }', /destinations\.yaml: x\.kind: /],
    [
      'x: { kind: meta-custom-audience, audience: abc, token: { env: A } }',
      /x\.audience: .*number of a custom audience/,
    ],
    ['x: { kind: klaviyo-list, list: L, key: secret-in-the-file }', /x\.key: .*env: NAME/],
    ['X y: { kind: klaviyo-list, list: L, key: { env: A } }', /lower case/],
    ['x: [', /cannot be read as YAML/],
  ])('%j is refused by name', (yaml, message) => {
    writeFileSync(join(home, 'destinations.yaml'), yaml);
    expect(() => readDestinations(home)).toThrow(message);
  });

  it('a secret that is not there is named, and is no reason to try again', async () => {
    vi.stubEnv('VENDOR_SECRET', undefined);
    const refused = meta().add([], signal);
    await expect(refused).rejects.toThrow('VENDOR_SECRET is not set');
    await expect(refused).rejects.toSatisfy(error => error instanceof DestinationError && !error.isPassing);
  });
});
