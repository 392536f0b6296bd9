import type { AudienceFormat } from './audience-format.js';

const MOST_CHARACTERS = 36;
const MOST_CHARACTERS_OF_ID = 256;

/**
 * Google Analytics 4 user data import by user id, of at most 256 characters: the tier as a user property, of at most 36.
 *
 * @see https://support.google.com/analytics/answer/10071143
 * @see https://support.google.com/analytics/answer/9267744
 */
export const ga4UserImport: AudienceFormat = {
  name: 'ga4-user-import',
  consent: 'ads',
  header: ['user_id', 'loyalty_tier'],
  identifiers: ['user_id'],
  row({ customerId, tier }, contact) {
    if (!contact) return { heldBack: 'no_contact_data' };
    if (customerId.length > MOST_CHARACTERS_OF_ID) return { heldBack: 'no_usable_identifier' };
    return { cells: [customerId, tier.slice(0, MOST_CHARACTERS)] };
  },
};
