import type { Consent, Customer } from '@laurel/shop';
import { SeededRandom } from '../random/seeded-random.js';
import { inventedPhone } from './phone-number.js';
import { inventedPostalCode } from './postal-code.js';

const firstNames = (
  'Ada Alan Amina Anton Bea Boris Carla Chidi Clara Dario Dina Edith Elias Emil Farah Felix Greta Hugo Ida Ivan Jana Jonas Kim Lea Liam ' +
  'Lotte Mara Milo Nadia Nils Olga Omar Paula Pia Quinn Rosa Samir Tess Uma Viktor Wanda Yara Zoë'
).split(' ');
const lastNames = (
  'Abbott Ahmed Baker Bauer Bell Berg Carter Costa Dubois Eklund Evans Fischer Ford Garcia Green Hansen Hill Ito Jensen Jones Keller Kowalski ' +
  "Larsen Lee Martin Meyer Moreau Nguyen Novak O'Brien Okafor Patel Quist Rossi Silva Smith Taylor Ueda Vargas Weber Wood Young Zimmer"
).split(' ');

/** A customer of the sample: number, country and first order are real, contact data and consent invented; the mark says so. */
export type SampleCustomer = Customer & { readonly simulated: true };

/**
 * Gives a customer invented contact data and consent. Addresses are at example.com, telephone numbers in ranges kept free for fiction.
 * Some lack an address, a number, or any consent, as in real shops. `until` bounds the date of consent.
 */
export function sampleCustomer(customer: Customer, seed: string, until: Date): SampleCustomer {
  const random = new SeededRandom(`${seed}/contact/${customer._id}`);
  const firstName = random.pick(firstNames);
  const lastName = random.pick(lastNames);
  const country = customer.country ?? 'United Kingdom';
  const address = `${firstName}.${lastName}.${customer._id}`.normalize('NFD').replace(/[^A-Za-z0-9.]/g, '');
  const email = `${random.chance(0.2) ? address : address.toLowerCase()}@example.com`;
  const phone = inventedPhone(country, random);
  const postalCode = inventedPostalCode(country, random);
  const consent = inventedConsent(customer.createdAt ?? until, until, random);
  return {
    ...customer,
    ...(random.chance(0.94) && { email }),
    ...(random.chance(0.75) && { phone }),
    firstName,
    lastName,
    ...(random.chance(0.9) && { postalCode }),
    ...(random.chance(0.88) && { consent }),
    simulated: true,
  };
}

function inventedConsent(since: Date, until: Date, random: SeededRandom): Consent {
  const answer = (granted: number): 'GRANTED' | 'DENIED' => (random.chance(granted) ? 'GRANTED' : 'DENIED');
  const passedMs = Math.max(0, until.getTime() - since.getTime());
  return {
    ad_user_data: answer(0.75),
    ad_personalization: answer(0.7),
    email_marketing: answer(0.65),
    updatedAt: new Date(since.getTime() + Math.floor(random.next() * passedMs)),
  };
}
