import { createHash } from 'node:crypto';
import type { Customer } from '@laurel/shop';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countryCode } from '../contact/country-code.js';
import { consentProblem } from '../contact/consent.js';
import { e164 } from '../contact/phone.js';
import type { AudienceMember } from './audience-format.js';
import { fileFormat } from './file-format.js';
import { FORMAT_NAMES } from './format-names.js';
import { googleCustomerMatch, googleEmail, googleName } from './google-customer-match.js';
import { within } from './mailchimp.js';
import { meta, metaEmail, metaName, metaZip } from './meta.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const member: AudienceMember = {
  customerId: '12347',
  tier: 'GOLD',
  details: {
    changedAt: new Date('2026-01-02T03:04:05Z'),
    features: { average_order_value: 12.5, no_of_orders: 2, session_count: 3, total_time_spend_by_user_in_msec: 4 },
    revenue: 25,
    lastOrderAt: null,
  },
};

const jane: Customer = {
  _id: '12347',
  email: ' Jane.Doe+Shop@GoogleMail.com ',
  phone: '(800) 555-0100',
  firstName: 'Mrs. Jane',
  lastName: "O'Doe Jr.",
  country: 'USA',
  postalCode: '94045-1234',
  consent: { ad_user_data: 'GRANTED', ad_personalization: 'GRANTED', email_marketing: 'GRANTED' },
};

function cells(name: (typeof FORMAT_NAMES)[number], contact: Customer): unknown {
  const row = fileFormat(name).format.row(member, contact);
  return 'cells' in row ? row.cells : row.heldBack;
}

describe('Google Customer Match', () => {
  it.each([
    ['Jane.Doe@Example.com', 'jane.doe@example.com'],
    ['  jane doe @example.com ', 'janedoe@example.com'],
    ['jane+news@example.com', 'jane+news@example.com'],
    ['Jane.Doe+news@gmail.com', 'janedoe@gmail.com'],
    ['j.a.n.e@googlemail.com', 'jane@googlemail.com'],
    ['jane@mail.gmail.com', 'jane@mail.gmail.com'],
    ['+tag@gmail.com', ''],
    ['jane@@example.com', ''],
    ['jane', ''],
  ])('email %j → %j', (email, expected) => expect(googleEmail(email)).toBe(expected));

  it.each([
    ['(800) 555-0100', 'US', '+18005550100'],
    ['(800) 555-0100', 'United States', '+18005550100'],
    ['020 7946 0018', 'United Kingdom', '+442079460018'],
    ['+44 20 7946 0018', 'France', '+442079460018'],
    ['0033 1 23 45 67 89', 'Germany', '+33123456789'],
    ['020 7946 0018', undefined, ''],
    ['call me', 'US', ''],
    ['12', 'US', ''],
    [null, 'US', ''],
  ])('phone %j in %j → %j', (phone, country, expected) => expect(e164(phone, country)).toBe(expected));

  it.each([
    ['Mrs. Jane', 'jane'],
    ['  Dr. Prof. JÖRG ', 'jörg'],
    ['Doe Jr.', 'doe'],
    ['Doe, Jr.', 'doe'],
    ['van der Berg III', 'van der berg'],
    ['Sir', 'sir'],
  ])('name %j → %j', (name, expected) => expect(googleName(name)).toBe(expected));

  it('hashes email, phone and names, not country and zip', () => {
    const hashes = ['janedoe@googlemail.com', '+18005550100', 'jane', "o'doe"].map(sha256);
    expect(cells('google-customer-match', jane)).toEqual([...hashes, 'US', '94045-1234']);
    expect(googleCustomerMatch.header).toEqual(['Email', 'Phone', 'First Name', 'Last Name', 'Country', 'Zip']);
    expect(sha256('test@example.com')).toBe('973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b');
  });

  it('gives an address whole or not at all, and no row without any identifier', () => {
    expect(cells('google-customer-match', { ...jane, postalCode: null })).toEqual([
      sha256('janedoe@googlemail.com'),
      sha256('+18005550100'),
      '',
      '',
      '',
      '',
    ]);
    expect(cells('google-customer-match', { _id: '1', email: 'nonsense', country: 'USA' })).toBe(
      'no_usable_identifier',
    );
  });
});

describe('Meta custom audience', () => {
  it.each([
    [' Jane.Doe+Shop@GMail.com ', 'jane.doe+shop@gmail.com'],
    ['jane doe@example.com', ''],
  ])('email %j → %j', (email, expected) => expect(metaEmail(email)).toBe(expected));

  it.each([
    ["O'Doe Jr.", 'odoe jr'],
    ['Jean-Luc', 'jeanluc'],
    ['Valéry', 'valéry'],
    ['정', '정'],
  ])('name %j → %j', (name, expected) => expect(metaName(name)).toBe(expected));

  it.each([['94045-1234', 'US', '94045']])('zip %j in %s → %j', (zip, country, expected) =>
    expect(metaZip(zip, country)).toBe(expected),
  );

  it('hashes everything, the phone without its plus', () => {
    const values = ['jane.doe+shop@googlemail.com', '18005550100', '', 'mrs jane', 'odoe jr', '94045', 'us', '12347'];
    expect(cells('meta', jane)).toEqual(values.map(value => (value === '' ? '' : sha256(value))));
    expect(meta.header).toEqual(['email', 'phone', 'madid', 'fn', 'ln', 'zip', 'country', 'uid']);
  });
});

describe('one address', () => {
  it('is written differently for each', () => {
    const address = ' Jane.Doe+Shop@GMail.com ';
    expect([googleEmail(address), metaEmail(address)]).toEqual(['janedoe@gmail.com', 'jane.doe+shop@gmail.com']);
    expect([cells('klaviyo', { ...jane, email: address }), cells('mailchimp', { ...jane, email: address })]).toEqual([
      expect.arrayContaining([address.trim()]),
      expect.arrayContaining([address.trim()]),
    ]);
  });
});

describe('identifiers to remove by', () => {
  it.each(FORMAT_NAMES)('%s names columns of its own', name => {
    const { header, identifiers } = fileFormat(name).format;
    expect(identifiers.length).toBeGreaterThan(0);
    expect(header).toEqual(expect.arrayContaining([...identifiers]));
  });
});

describe('other destinations', () => {
  it('Klaviyo: first column Email Address, nothing hashed, no phone without consent to texts', () => {
    expect(fileFormat('klaviyo').head.startsWith('Email Address,')).toBe(true);
    expect(cells('klaviyo', jane)).toEqual([
      'Jane.Doe+Shop@GoogleMail.com',
      'Mrs. Jane',
      "O'Doe Jr.",
      'US',
      '94045-1234',
      '12347',
      'GOLD',
    ]);
    expect(cells('klaviyo', { _id: '1' })).toBe('no_usable_identifier');
  });

  it('Mailchimp: texts of at most 255 bytes, characters whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), text => {
        const kept = within(text, 255);
        expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(255);
        expect(text.startsWith(kept)).toBe(true);
        expect(kept.isWellFormed()).toBe(true);
      }),
    );
    expect(cells('mailchimp', { ...jane, firstName: 'é'.repeat(200) })).toContain('é'.repeat(127));
  });

  it('GA4 user import: user id and tier', () => expect(cells('ga4-user-import', jane)).toEqual(['12347', 'GOLD']));

  it('plain CSV: email only where email marketing was granted', () => {
    expect(cells('csv', jane)).toContain('Jane.Doe+Shop@GoogleMail.com');
    const withheld = cells('csv', { ...jane, consent: { email_marketing: 'DENIED' } });
    expect(withheld).not.toContain('Jane.Doe+Shop@GoogleMail.com');
    expect(withheld).toContain('DENIED');
  });
});

describe('consentProblem', () => {
  const all = { ad_user_data: 'GRANTED', ad_personalization: 'GRANTED', email_marketing: 'GRANTED' } as const;
  it.each([
    ['ads', all, undefined],
    ['ads', { ...all, ad_user_data: 'DENIED' as const }, 'consent_denied'],
    ['ads', { ...all, ad_personalization: null }, 'consent_missing'],
    ['ads', { ad_user_data: 'DENIED' as const }, 'consent_denied'],
    ['ads', null, 'consent_missing'],
    ['email', { ...all, ad_user_data: 'DENIED' as const }, undefined],
    ['email', {}, 'consent_missing'],
  ] as const)('%s with %j: %s', (purpose, consent, expected) =>
    expect(consentProblem({ consent }, purpose)).toBe(expected),
  );
});

describe('countryCode', () => {
  it.each([
    ['United Kingdom', 'GB'],
    ['EIRE', 'IE'],
    ['USA', 'US'],
    ['RSA', 'ZA'],
    ['Czech Republic', 'CZ'],
    [' germany ', 'DE'],
    ['fr', 'FR'],
    ['European Community', undefined],
    ['Unspecified', undefined],
    ['ZZ', undefined],
    ['', undefined],
  ])('%j is %j', (country, expected) => expect(countryCode(country)).toBe(expected));
});

describe('recommendations in a row', () => {
  const recommended = (count: number): AudienceMember => ({
    ...member,
    recommendations: Array.from({ length: count }, (_, at) => ({
      product_id: `p${at + 1}`,
      name: at === 0 ? '=1+1' : `Lämp ${at + 1}`,
      reason: { kind: 'TASTE', text: 'ä'.repeat(200) },
    })),
  });

  it.each(['csv', 'klaviyo', 'mailchimp'] as const)(
    '%s has three columns for each place, empty where the list ends',
    name => {
      const file = fileFormat(name, 3);
      const own = fileFormat(name).format.header.length;
      expect(file.format.header).toHaveLength(own + 9);
      const row = file.format.row(recommended(2), jane);
      const cellsOfPlaces = 'cells' in row ? row.cells.slice(own) : [];
      expect([0, 3, 6].map(at => cellsOfPlaces[at])).toEqual(['p1', 'p2', null]);
      expect(cellsOfPlaces[4]).toBe('Lämp 2');
      expect(Buffer.byteLength(String(cellsOfPlaces[2]))).toBe(name === 'mailchimp' ? 254 : 400);
      expect(file.write(['cells' in row ? row.cells : []])).toContain(`'=1+1`);
    },
  );

  it('ndjson has them as a list of objects', () => {
    const file = fileFormat('ndjson', 2);
    const row = file.format.row(recommended(2), jane);
    const line = JSON.parse(file.write(['cells' in row ? row.cells : []])) as {
      tier: string;
      recommendations: object[];
    };
    expect(line.tier).toBe('GOLD');
    expect(line.recommendations).toEqual([
      { product_id: 'p1', name: '=1+1', reason: 'ä'.repeat(200), reason_kind: 'TASTE' },
      { product_id: 'p2', name: 'Lämp 2', reason: 'ä'.repeat(200), reason_kind: 'TASTE' },
    ]);
  });

  it.each(['google-customer-match', 'meta', 'ga4-user-import'] as const)('%s has no place for them', name => {
    const [plain, asked] = [fileFormat(name), fileFormat(name, 5)];
    expect(asked.top).toBe(0);
    expect(asked.head).toBe(plain.head);
    expect(asked.format.row(recommended(5), jane)).toEqual(plain.format.row(member, jane));
  });
});
