import type { AudienceFormat } from './audience-format.js';

const MOST_CHARACTERS = 36;

/**
 * Google Analytics 4 user data import by user id: the tier as a user property, of at most 36 characters.
 *
 * @see https://support.google.com/analytics/answer/10071143
 */
export const ga4UserImport: AudienceFormat = {
  name: 'ga4-user-import',
  consent: 'ads',
  header: ['user_id', 'loyalty_tier'],
  identifiers: ['user_id'],
  row: (member, contact) =>
    contact ? { cells: [member.customerId, member.tier.slice(0, MOST_CHARACTERS)] } : { heldBack: 'no_contact_data' },
};
