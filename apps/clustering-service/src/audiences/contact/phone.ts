import { type CountryCode, type MetadataJson, parsePhoneNumberFromString } from 'libphonenumber-js/core';
import numberingPlans from 'libphonenumber-js/min/metadata';
import { countryCode } from './country-code.js';

/**
 * Each calling code with its main country alone. To which of those that share one (+1, +44) a number belongs changes nothing of how it is
 * written, and finding out takes most of the time of parsing.
 */
const NUMBERING_PLANS: MetadataJson = {
  ...numberingPlans,
  country_calling_codes: Object.fromEntries(
    Object.entries(numberingPlans.country_calling_codes).map(([code, countries]) => [code, countries.slice(0, 1)]),
  ),
};

/**
 * A phone number in E.164 (`+18005550100`), read as dialled in `country` unless it begins with a plus; '' for what cannot be a number there.
 */
export function e164(phone: string | null | undefined, country: string | null | undefined): string {
  if (!phone) return '';
  const region = country ? countryCode(country) : undefined;
  const parsed = hasNumberingPlan(region)
    ? parsePhoneNumberFromString(phone, region, NUMBERING_PLANS)
    : parsePhoneNumberFromString(phone, NUMBERING_PLANS);
  return parsed?.isPossible() ? parsed.number : '';
}

function hasNumberingPlan(region: string | undefined): region is CountryCode {
  return region !== undefined && Object.hasOwn(NUMBERING_PLANS.countries, region);
}
