import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../random/seeded-random.js';
import { inventedPhone } from './phone-number.js';
import { inventedPostalCode } from './postal-code.js';
import { sampleCustomer } from './sample-customer.js';

const since = new Date('2026-01-01T00:00:00Z');
const until = new Date('2026-11-21T00:00:00Z');
const customers = Array.from({ length: 2000 }, (_, index) =>
  sampleCustomer({ _id: String(12_000 + index), country: 'France', createdAt: since }, 'seed', until),
);

describe('sampleCustomer', () => {
  it('keeps what is real and marks the rest', () => {
    for (const customer of customers)
      expect(customer).toMatchObject({ country: 'France', createdAt: since, simulated: true });
    expect(customers[5]?._id).toBe('12005');
  });

  it('gives the same customer the same data', () => {
    expect(sampleCustomer({ _id: '12005', country: 'France', createdAt: since }, 'seed', until)).toEqual(customers[5]);
  });

  it('has addresses only at example.com, each once', () => {
    const emails = customers.flatMap(({ email }) => email ?? []);
    for (const email of emails) expect(email).toMatch(/^[A-Za-z0-9.]+@example\.com$/);
    expect(new Set(emails).size).toBe(emails.length);
  });

  it.each([
    ['email', 'email'],
    ['phone', 'phone'],
    ['postalCode', 'postalCode'],
    ['consent', 'consent'],
  ] as const)('leaves %s out for some', (_, field) => {
    const missing = customers.filter(customer => customer[field] === undefined).length;
    expect(missing).toBeGreaterThan(20);
    expect(missing).toBeLessThan(800);
  });

  it('has consent granted and denied, answered after the first order', () => {
    for (const question of ['ad_user_data', 'ad_personalization', 'email_marketing'] as const) {
      const answers = new Set(customers.flatMap(({ consent }) => consent?.[question] ?? []));
      expect(answers).toEqual(new Set(['GRANTED', 'DENIED']));
    }
    for (const { consent } of customers) {
      const updatedAt = consent?.updatedAt ?? since;
      expect(updatedAt >= since && updatedAt <= until).toBe(true);
    }
  });
});

const draws = (draw: (random: SeededRandom) => string) =>
  Array.from({ length: 200 }, (_, index) => draw(new SeededRandom(String(index))));

it.each([
  ['United Kingdom', /^(?:\+44|0044 ?|\(?0)7700\)? ?900-?\d{3}$|^\+447700900\d{3}$|^(?:\+44|0044) 7700 900\d{3}$/],
  ['USA', /555.01\d\d$/],
  ['France', /(?:39.?98.?00.?\d\d)$/],
  ['Germany', /23125[ -]?\d{3}$/],
  ['EIRE', /20 915 ?\d{4}$/],
  ['Japan', /^\+44 ?7700 ?900\d{3}$/],
])('telephone numbers of %s are fictional', (country, form) => {
  for (const phone of draws(random => inventedPhone(country, random))) expect(phone).toMatch(form);
});

it.each([
  ['United Kingdom', /^[A-Z]{1,2}\d{1,2} \d[A-Z]{2}$/],
  ['Channel Islands', /^(?:JE|GY)\d \d[A-Z]{2}$/],
  ['Germany', /^\d{5}$/],
  ['Netherlands', /^\d{4} [A-Z]{2}$/],
  ['Lithuania', /^LT-\d{5}$/],
])('postal codes of %s fit', (country, form) => {
  for (const code of draws(random => inventedPostalCode(country, random))) expect(code).toMatch(form);
});
