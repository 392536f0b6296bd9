import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';
import { countryCode } from './country-code.js';

/**
 * A phone number in E.164 (`+18005550100`), read as dialled in `country` unless it begins with a plus; '' for what cannot be a number there.
 */
export function e164(phone: string | null | undefined, country: string | null | undefined): string {
  if (!phone) return '';
  const region = country ? countryCode(country) : undefined;
  const parsed =
    region !== undefined && isSupportedCountry(region)
      ? parsePhoneNumberFromString(phone, region)
      : parsePhoneNumberFromString(phone);
  return parsed?.isPossible() ? parsed.number : '';
}
