import type { Customer } from '@laurel/shop';
import { describe, expect, it } from 'vitest';
import { hashed } from '../contact/hash.js';
import { e164 } from '../contact/phone.js';
import { fileFormat } from './file-format.js';
import type { FormatName } from './format-names.js';
import { googleEmail, googleName } from './google-customer-match.js';
import { metaEmail, metaName, metaZip } from './meta.js';

const DATA_MANAGER = 'developers.google.com/data-manager/api/devguides/concepts/formatting';
const CUSTOMER_MATCH_FILE = 'support.google.com/google-ads/answer/7659867';
const META_PARAMETERS =
  'developers.facebook.com/docs/marketing-api/conversions-api/parameters/customer-information-parameters';
const META_AUDIENCES = 'developers.facebook.com/docs/marketing-api/audiences/guides/custom-audiences';
const KLAVIYO_LISTS = 'help.klaviyo.com/hc/en-us/articles/115005078967';
const MAILCHIMP_IMPORT = 'mailchimp.com/help/format-guidelines-for-your-import-file';
const GA4_LIMITS = 'support.google.com/analytics/answer/9267744';

const metaPhone = (phone: string, country: string) => e164(phone, country).slice(1);

/** What the destinations' documentation says of a value, with the page that says so; the digests are those the pages give. */
describe("the destinations' documentation", () => {
  it.each([
    [DATA_MANAGER, googleEmail('cloudy.sanfrancisco+shopping@gmail.com'), 'cloudysanfrancisco@gmail.com'],
    [DATA_MANAGER, googleEmail('user.name+NYC@Example.com'), 'user.name+nyc@example.com'],
    [DATA_MANAGER, googleEmail(' user. name @example.com '), 'user.name@example.com'],
    [DATA_MANAGER, e164('(800)555-0100', 'US'), '+18005550100'],
    [DATA_MANAGER, googleName('  Mrs. Jane '), 'jane'],
    [DATA_MANAGER, googleName('Doe Jr.'), 'doe'],
    [CUSTOMER_MATCH_FILE, googleName('Zoë'), 'zoë'],
    [META_PARAMETERS, metaEmail('John_Smith@gmail.com'), 'john_smith@gmail.com'],
    [META_PARAMETERS, metaPhone('(650)555-1212', 'US'), '16505551212'],
    [META_PARAMETERS, metaName('Mary'), 'mary'],
    [META_PARAMETERS, metaName('Valéry'), 'valéry'],
    [META_PARAMETERS, metaName('정'), '정'],
    [META_AUDIENCES, metaZip('94035-1234', 'US'), '94035'],
    [META_AUDIENCES, metaZip('M1 1AE', 'GB'), 'm11'],
    [META_AUDIENCES, metaZip('EC1A 1BB', 'GB'), 'ec1a1'],
    [META_AUDIENCES, metaZip('SW1A', 'GB'), 'sw1a'],
    [META_AUDIENCES, metaZip('1010 AB', 'NL'), '1010ab'],
  ])('%s: %j', (_, normalised, expected) => expect(normalised).toBe(expected));

  it.each([
    [DATA_MANAGER, googleName('John'), '96d9632f363564cc3032521409cf22a852f2032eec099ed5967c0d000cec607a'],
    [DATA_MANAGER, googleName('Doe'), '799ef92a11af918e3fb741df42934f3b568ed2d93ac1df74f1b8d41a27932a6f'],
    [DATA_MANAGER, googleEmail('Test@Gmail.com'), '87924606b4131a8aceeeae8868531fbb9712aaa07a5d3a756b26ce0f5d6ca674'],
    [
      META_PARAMETERS,
      metaEmail('John_Smith@gmail.com'),
      '62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f',
    ],
    [
      META_PARAMETERS,
      metaPhone('(650)555-1212', 'US'),
      'e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176',
    ],
    [META_PARAMETERS, metaName('Mary'), '6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec'],
    [META_PARAMETERS, metaName('Valéry'), '08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c'],
    [META_PARAMETERS, metaName('정'), '8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14'],
    [META_PARAMETERS, 'us', '79adb2a2fce5c6ba215fe5f27f532d4e7edbac4b6a5e09e1ef3a08084a904621'],
  ])('%s: the digest of %j', (_, normalised, digest) => expect(hashed(normalised)).toBe(digest));

  it.each([
    [KLAVIYO_LISTS, 'the first column is the email address', 'klaviyo', {}, ['jane@example.com']],
    [MAILCHIMP_IMPORT, 'no letter beyond ASCII before the @', 'mailchimp', { email: 'josé@example.com' }, 'held back'],
    [MAILCHIMP_IMPORT, 'after the @ any', 'mailchimp', { email: 'jane@exämple.com' }, ['jane@exämple.com']],
    [GA4_LIMITS, 'a user id of 256 characters', 'ga4-user-import', { _id: 'x'.repeat(256) }, ['x'.repeat(256)]],
    [GA4_LIMITS, 'none of more', 'ga4-user-import', { _id: 'x'.repeat(257) }, 'held back'],
  ] as const satisfies readonly [string, string, FormatName, Partial<Customer>, unknown][])(
    '%s: %s',
    (_, __, name, more, expected) => {
      const customer = { _id: 'c1', email: 'jane@example.com', ...more };
      const row = fileFormat(name).format.row({ customerId: customer._id, tier: 'GOLD' }, customer);
      expect('cells' in row ? row.cells.slice(0, 1) : 'held back').toEqual(expected);
    },
  );
});

/** What the destinations' own libraries and samples write otherwise than their documentation has it. */
describe("where the destinations' libraries go wrong", () => {
  it.each([
    ["Meta's PHP SDK keeps the zero of a trunk", metaPhone('+44 (0)20 7946 0018', 'GB'), '442079460018'],
    ["Meta's parameter builder adds no country code", metaPhone('020 7946 0018', 'GB'), '442079460018'],
    ["Meta's PHP SDK cuts any postal code at its dash", metaZip('1234-567', 'PT'), '1234567'],
    ["Meta's PHP SDK keeps the unit of a British postal code", metaZip('EC1A 1BB', 'GB'), 'ec1a1'],
    ["Meta's Python SDK strips dots around an address", metaEmail('.jane@example.com'), '.jane@example.com'],
    [
      "Google's sample for Campaign Manager keeps what follows a plus",
      googleEmail('jane+a@gmail.com'),
      'jane@gmail.com',
    ],
    [
      "Google's sample for Campaign Manager trims only around an address",
      googleEmail('jane doe@example.com'),
      'janedoe@example.com',
    ],
  ])('%s', (_, ours, expected) => expect(ours).toBe(expected));
});
