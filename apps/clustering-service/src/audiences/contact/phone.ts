import { type CountryCode, Metadata, type MetadataJson, parsePhoneNumberFromString } from 'libphonenumber-js/core';
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

const CALLING_CODE_LENGTHS = [1, 2, 3];
const plainForms = plainFormOfEachCallingCode();

/**
 * A phone number in E.164 (`+18005550100`), read as dialled in `country` unless it begins with a plus; '' for what cannot be a number there.
 */
export function e164(phone: string | null | undefined, country: string | null | undefined): string {
  if (!phone) return '';
  if (isPlain(phone)) return phone;
  const region = country ? countryCode(country) : undefined;
  const parsed = hasNumberingPlan(region)
    ? parsePhoneNumberFromString(phone, region, NUMBERING_PLANS)
    : parsePhoneNumberFromString(phone, NUMBERING_PLANS);
  return parsed?.isPossible() ? parsed.number : '';
}

function hasNumberingPlan(region: string | undefined): region is CountryCode {
  return region !== undefined && Object.hasOwn(NUMBERING_PLANS.countries, region);
}

/** Whether parsing a number would change nothing of it, found out for a tenth of the price. */
function isPlain(phone: string): boolean {
  return CALLING_CODE_LENGTHS.some(length => plainForms.get(phone.slice(1, 1 + length))?.test(phone));
}

/** A plus, the code, and a national number of digits alone that has a length in use and does not begin like one with a national prefix. */
function plainFormOfEachCallingCode(): Map<string, RegExp> {
  const forms = new Map<string, RegExp>();
  for (const [code, [country]] of Object.entries(NUMBERING_PLANS.country_calling_codes)) {
    const metadata = new Metadata(NUMBERING_PLANS);
    if (country) metadata.selectNumberingPlan(country);
    const plan = metadata.numberingPlan;
    if (!plan || !('nationalPrefixForParsing' in plan) || typeof plan.nationalPrefixForParsing !== 'function') continue;
    const prefix: unknown = plan.nationalPrefixForParsing();
    const lengths = plan.possibleLengths().map(length => `\\d{${length}}`);
    forms.set(
      code,
      new RegExp(`^\\+${code}${typeof prefix === 'string' ? `(?!${prefix})` : ''}(?:${lengths.join('|')})$`),
    );
  }
  return forms;
}
