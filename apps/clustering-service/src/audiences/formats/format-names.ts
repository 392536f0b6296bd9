/** The formats an audience can be exported in. */
export const FORMAT_NAMES = [
  'google-customer-match',
  'meta',
  'klaviyo',
  'mailchimp',
  'ga4-user-import',
  'csv',
  'ndjson',
] as const;

export type FormatName = (typeof FORMAT_NAMES)[number];
