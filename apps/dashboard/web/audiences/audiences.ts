import * as z from 'zod/mini';
import { count, words } from '../dom/format.js';

const filterSchema = z.looseObject({ tiers: z.nullish(z.array(z.string())) });

export const audienceSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  filter: z.nullish(filterSchema),
  created_at: z.nullish(z.string()),
});

export const audiencesSchema = z.looseObject({ audiences: z.array(audienceSchema) });

export type Audience = z.infer<typeof audienceSchema>;

/** The files an audience can be exported as: the API's name, the name for people, and the ending of the file. */
export const FORMATS = [
  { format: 'google-customer-match', name: 'Google Customer Match', ending: 'csv' },
  { format: 'meta', name: 'Meta custom audience', ending: 'csv' },
  { format: 'klaviyo', name: 'Klaviyo', ending: 'csv' },
  { format: 'mailchimp', name: 'Mailchimp', ending: 'csv' },
  { format: 'ga4-user-import', name: 'GA4 user import', ending: 'csv' },
  { format: 'csv', name: 'CSV', ending: 'csv' },
  { format: 'ndjson', name: 'NDJSON', ending: 'ndjson' },
] as const;

export type Format = (typeof FORMATS)[number];

/** The name under which an export is saved: `platinum-customers-meta.csv` */
export function fileNameOf({ name }: Pick<Audience, 'name'>, { format, ending }: Format): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return `${plain || 'audience'}-${format}.${ending}`;
}

/** What an export held, and whom it left out for which reason. */
export const exportReportSchema = z.looseObject({ exported: z.number(), held_back: z.record(z.string(), z.number()) });

/** A report in a sentence: `1,214 customers. Held back: 280 no ad consent, 21 no email.` */
export function reportText({ exported, held_back: heldBack }: z.infer<typeof exportReportSchema>): string {
  const customers = `${count(exported)} ${exported === 1 ? 'customer' : 'customers'}.`;
  const reasons = Object.entries(heldBack).filter(([, members]) => members > 0);
  if (reasons.length === 0) return `${customers} Nobody was held back.`;
  return `${customers} Held back: ${reasons.map(([reason, members]) => `${count(members)} ${words(reason).toLowerCase()}`).join(', ')}.`;
}
