import { countryCode } from '../contact/country-code.js';
import { hashed } from '../contact/hash.js';
import { e164 } from '../contact/phone.js';
import type { AudienceFormat } from './audience-format.js';

const TITLES = new Set(['mr', 'mrs', 'ms', 'miss', 'mx', 'dr', 'prof', 'professor', 'sir', 'rev', 'madam']);
const SUFFIXES = new Set(['jr', 'sr', 'ii', 'iii', 'iv', 'phd', 'md', 'esq']);

/**
 * Google Ads Customer Match. Hashed: email, phone, names. Not hashed: country, zip. An address counts only with all four of its columns.
 *
 * @see https://developers.google.com/data-manager/api/devguides/concepts/formatting
 * @see https://support.google.com/google-ads/answer/7659867
 */
export const googleCustomerMatch: AudienceFormat = {
  name: 'google-customer-match',
  consent: 'ads',
  header: ['Email', 'Phone', 'First Name', 'Last Name', 'Country', 'Zip'],
  identifiers: ['Email', 'Phone', 'First Name', 'Last Name', 'Country', 'Zip'],
  row(_, contact) {
    if (!contact) return { heldBack: 'no_contact_data' };
    const email = hashed(googleEmail(contact.email ?? ''));
    const phone = hashed(e164(contact.phone, contact.country));
    const address = [
      hashed(googleName(contact.firstName ?? '')),
      hashed(googleName(contact.lastName ?? '')),
      (contact.country && countryCode(contact.country)) ?? '',
      (contact.postalCode ?? '').trim(),
    ];
    const whole = address.every(part => part !== '');
    if (email === '' && phone === '' && !whole) return { heldBack: 'no_usable_identifier' };
    return { cells: [email, phone, ...(whole ? address : ['', '', '', ''])] };
  },
};

/** Lower case, all white space stripped; for gmail.com and googlemail.com also dots and a `+suffix` before the @. '' for what is no address. */
export function googleEmail(email: string): string {
  const text = email.toLowerCase().replace(/\s+/g, '');
  const [, user = '', domain = ''] = /^([^@]+)@([^@]+\.[^@]+)$/.exec(text) ?? [];
  if (domain === '') return '';
  if (domain !== 'gmail.com' && domain !== 'googlemail.com') return text;
  const mailbox = user.replace(/\+.*$/, '').replaceAll('.', '');
  return mailbox === '' ? '' : `${mailbox}@${domain}`;
}

/** Lower case, trimmed, without titles before (Mrs.) and suffixes after (Jr.); accents stay. */
export function googleName(name: string): string {
  const words = name
    .toLowerCase()
    .trim()
    .split(/[\s,]+/);
  while (words.length > 1 && TITLES.has(bare(words[0]))) words.shift();
  while (words.length > 1 && SUFFIXES.has(bare(words.at(-1)))) words.pop();
  return words.join(' ');
}

function bare(word: string | undefined): string {
  return (word ?? '').replaceAll('.', '');
}
