import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from '@laurel/service';
import { z } from 'zod';
import { outlookConfigurationSchema } from '../outlook/outlook-playbook.js';
import { TIER_FEATURES } from '../tiers/tier-features.js';

const playbookSchema = z.object({ summary: z.string(), actions: z.array(z.string()) });

const tierSchema = z.object({ perks: z.array(z.string()), playbook: playbookSchema });

const configurationSchema = z.strictObject({
  policy: z.strictObject({
    hysteresisMargin: z.number().min(0).max(1),
    confirmations: z.number().int().min(1),
    confirmationIntervalHours: z.number().min(0),
    graceDays: z.number().min(0),
    leastBuyers: z.number().int().min(4),
    seed: z.number().int(),
  }),
  tiers: z.strictObject({ PLATINUM: tierSchema, GOLD: tierSchema, SILVER: tierSchema, BRONZE: tierSchema }),
  profilePlaybooks: z.array(
    z.strictObject({
      name: z.string(),
      when: z.partialRecord(z.enum(TIER_FEATURES), z.enum(['above', 'below'])),
      actions: z.array(z.string()),
    }),
  ),
  outlook: outlookConfigurationSchema.optional(),
});

/** How tiers are decided, and what each tier gives and asks for. The file's fields are described in docs/tiers.md. */
export type TierConfiguration = Required<z.infer<typeof configurationSchema>>;

/** The rules of the tiers. */
export type TierPolicy = TierConfiguration['policy'];

const DEFAULTS = join(import.meta.dirname, '../../tiers.json');

/**
 * Reads `tiers.json` of Laurel's home, or the one that comes with the service, whose part `outlook` also stands in where one's own has none.
 *
 * @throws SettingsError naming the file and each field that is wrong.
 */
export function readTierConfiguration(home: string): TierConfiguration {
  const own = join(home, 'tiers.json');
  const shipped = readFrom(DEFAULTS);
  const read = existsSync(own) ? readFrom(own) : shipped;
  const outlook = read.outlook ?? shipped.outlook;
  if (!outlook) throw new SettingsError([`${DEFAULTS} has no part "outlook"`]);
  return { ...read, outlook };
}

/** The rules that come with the service. */
export function defaultTierPolicy(): TierPolicy {
  return readFrom(DEFAULTS).policy;
}

function readFrom(file: string): z.infer<typeof configurationSchema> {
  try {
    return configurationSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new SettingsError([`${file} is not usable: ${problem}. Compare with the tiers.json that comes with Laurel`]);
  }
}
