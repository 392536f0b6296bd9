import * as z from 'zod/mini';

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

/** What an export says of itself in its `laurel-…` headers: `rows: 12`, `held back: 3`. */
export function remarksOf(headers: Iterable<readonly [string, string]>): string[] {
  return [...headers].flatMap(([name, value]) =>
    name.startsWith('laurel-') ? [`${name.slice('laurel-'.length).replaceAll('-', ' ')}: ${value}`] : [],
  );
}
