import { countryCode } from '../contact/country-code.js';
import { hashed } from '../contact/hash.js';
import { e164 } from '../contact/phone.js';
import type { AudienceFormat } from './audience-format.js';

/**
 * Meta custom audience. Everything is hashed; the mobile advertiser id is not known to Laurel and stays empty.
 *
 * @see https://developers.facebook.com/docs/marketing-api/audiences/guides/custom-audiences
 */
export const meta: AudienceFormat = {
  name: 'meta',
  consent: 'ads',
  header: ['email', 'phone', 'madid', 'fn', 'ln', 'zip', 'country', 'uid'],
  identifiers: ['email', 'phone', 'madid', 'fn', 'ln', 'zip', 'country', 'uid'],
  row(member, contact) {
    if (!contact) return { heldBack: 'no_contact_data' };
    const country = contact.country ? countryCode(contact.country) : undefined;
    const cells = [
      metaEmail(contact.email ?? ''),
      e164(contact.phone, contact.country).replace(/^\+0*/, ''),
      '',
      metaName(contact.firstName ?? ''),
      metaName(contact.lastName ?? ''),
      metaZip(contact.postalCode ?? '', country),
      (country ?? '').toLowerCase(),
      member.customerId,
    ];
    return { cells: cells.map(hashed) };
  },
};

/** Trimmed and lower case; dots and suffixes stay. */
export function metaEmail(email: string): string {
  const text = email.trim().toLowerCase();
  return /^[^@\s]+@[^@\s]+$/.test(text) ? text : '';
}

/** Lower case without punctuation; letters beyond a to z stay as they are, in UTF-8. */
export function metaName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[\p{P}\p{S}]/gu, '')
    .trim();
}

const UK_SECTOR_AND_UNIT = /^([a-z]{1,2}\d[a-z\d]?\d)[a-z]{2}$/;

/** Lower case without spaces and dashes; of a code of the United States its first five digits, of one of the United Kingdom area, district and sector. */
export function metaZip(zip: string, country: string | undefined): string {
  const text = zip.toLowerCase().replace(/[\s-]/g, '');
  if (country === 'US') return text.slice(0, 5);
  return country === 'GB' ? text.replace(UK_SECTOR_AND_UNIT, '$1') : text;
}
