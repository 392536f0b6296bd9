import { countryCode } from '../contact/country-code.js';
import { mailableAddress } from '../contact/mailable-address.js';
import type { AudienceFormat } from './audience-format.js';

/**
 * Klaviyo list import; nothing is hashed. Consent is per channel: the shop asks for email, so the phone number, which Klaviyo would use for
 * text messages, is left out.
 *
 * @see https://help.klaviyo.com/hc/en-us/articles/115005078647
 */
export const klaviyo: AudienceFormat = {
  name: 'klaviyo',
  consent: 'email',
  header: ['Email Address', 'First Name', 'Last Name', 'Country', 'Zip Code', 'External ID', 'Loyalty Tier'],
  identifiers: ['Email Address'],
  row(member, contact) {
    if (!contact) return { heldBack: 'no_contact_data' };
    const email = mailableAddress(contact.email);
    if (email === '') return { heldBack: 'no_usable_identifier' };
    const country = contact.country ? (countryCode(contact.country) ?? contact.country) : null;
    return {
      cells: [
        email,
        contact.firstName ?? null,
        contact.lastName ?? null,
        country,
        contact.postalCode ?? null,
        member.customerId,
        member.tier,
      ],
    };
  },
};
