import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from '@laurel/service';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Destination } from './destination.js';
import { ga4Measurement, ga4MeasurementSchema } from './ga4-measurement.js';
import { googleDataManager, googleDataManagerSchema } from './google-data-manager.js';
import { klaviyoList, klaviyoListSchema } from './klaviyo-list.js';
import { mailchimpSegment, mailchimpSegmentSchema } from './mailchimp-segment.js';
import { metaCustomAudience, metaCustomAudienceSchema } from './meta-custom-audience.js';

/** Where Nest finds the destinations, by their names. */
export const DESTINATIONS = Symbol('destinations');

const destinationSchema = z.discriminatedUnion('kind', [
  googleDataManagerSchema,
  metaCustomAudienceSchema,
  klaviyoListSchema,
  mailchimpSegmentSchema,
  ga4MeasurementSchema,
]);

const fileSchema = z.record(
  z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a name of lower case letters, digits and dashes was expected'),
  destinationSchema,
);

/**
 * The destinations of `destinations.yaml` in Laurel's home, by the names that the shop gave them; none without the file.
 *
 * @throws SettingsError naming the file and each field that is wrong.
 */
export function readDestinations(home: string): ReadonlyMap<string, Destination> {
  const file = join(home, 'destinations.yaml');
  if (!existsSync(file)) return new Map();
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8')) ?? {};
  } catch (error) {
    throw new SettingsError([
      `${file} cannot be read as YAML: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
  const result = fileSchema.safeParse(content);
  if (!result.success)
    throw new SettingsError(
      result.error.issues.map(issue => {
        const what =
          issue.code === 'invalid_key' ? issue.issues.map(({ message }) => message).join('; ') : issue.message;
        return `${file}: ${issue.path.join('.')}: ${what}`;
      }),
    );
  return new Map(Object.entries(result.data).map(([name, settings]) => [name, destinationOf(settings)]));
}

function destinationOf(settings: z.infer<typeof destinationSchema>): Destination {
  switch (settings.kind) {
    case 'google-data-manager':
      return googleDataManager(settings);
    case 'meta-custom-audience':
      return metaCustomAudience(settings);
    case 'klaviyo-list':
      return klaviyoList(settings);
    case 'mailchimp-segment':
      return mailchimpSegment(settings);
    case 'ga4-measurement':
      return ga4Measurement(settings);
  }
}
