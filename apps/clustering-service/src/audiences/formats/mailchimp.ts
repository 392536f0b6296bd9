import { mailableAddress } from '../contact/mailable-address.js';
import type { AudienceFormat } from './audience-format.js';

const MOST_BYTES = 255;
const ASCII_MAILBOX = /^[\x21-\x7e]+@/;

/**
 * Mailchimp audience import; an email address is required, in ASCII before its @; texts hold at most 255 bytes.
 *
 * @see https://mailchimp.com/help/format-guidelines-for-your-import-file/
 */
export const mailchimp: AudienceFormat = {
  name: 'mailchimp',
  consent: 'email',
  header: ['Email Address', 'First Name', 'Last Name', 'Loyalty Tier', 'Customer ID'],
  identifiers: ['Email Address'],
  row(member, contact) {
    if (!contact) return { heldBack: 'no_contact_data' };
    const email = mailableAddress(contact.email);
    if (!ASCII_MAILBOX.test(email)) return { heldBack: 'no_usable_identifier' };
    const texts = [contact.firstName ?? '', contact.lastName ?? '', member.tier, member.customerId];
    return { cells: [email, ...texts.map(mailchimpText)] };
  },
};

/** A text as Mailchimp takes it: at most 255 bytes of UTF-8. */
export function mailchimpText(text: string): string {
  return within(text, MOST_BYTES);
}

/** The longest beginning of a text that has at most so many bytes in UTF-8; characters are never cut. */
export function within(text: string, bytes: number): string {
  let length = 0;
  let kept = '';
  for (const character of text) {
    length += Buffer.byteLength(character);
    if (length > bytes) break;
    kept += character;
  }
  return kept;
}
