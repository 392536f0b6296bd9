import { consentProblem } from '../contact/consent.js';
import { mailableAddress } from '../contact/mailable-address.js';
import { TIER_FEATURES } from '../../tiers/tier-features.js';
import type { AudienceFormat } from './audience-format.js';

const header = [
  'customer_id',
  'tier',
  'tier_since',
  ...TIER_FEATURES,
  'revenue',
  'last_order_at',
  'email',
  'first_name',
  'last_name',
  'country',
  'consent_email_marketing',
  'consent_ad_user_data',
  'consent_ad_personalization',
] as const;

/**
 * Every member with tier, features and consent, for one's own tools. Email address and names are there only where email marketing was
 * granted.
 */
export const plain: AudienceFormat = {
  name: 'csv',
  consent: undefined,
  header,
  identifiers: ['customer_id'],
  writesDetails: true,
  row({ customerId, tier, details }, contact) {
    const granted = contact !== undefined && consentProblem(contact, 'email') === undefined;
    return {
      cells: [
        customerId,
        tier,
        details?.changedAt.toISOString() ?? null,
        ...TIER_FEATURES.map(name => details?.features[name] ?? null),
        details?.revenue ?? null,
        details?.lastOrderAt?.toISOString() ?? null,
        granted ? mailableAddress(contact.email) || null : null,
        granted ? (contact.firstName ?? null) : null,
        granted ? (contact.lastName ?? null) : null,
        contact?.country ?? null,
        contact?.consent?.email_marketing ?? null,
        contact?.consent?.ad_user_data ?? null,
        contact?.consent?.ad_personalization ?? null,
      ],
    };
  },
};
