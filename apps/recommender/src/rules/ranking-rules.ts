import { existsSync, readFileSync } from 'node:fs';
import { type Settings, SettingsError } from '@laurel/service';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { TIERS } from '../customers/customer-profile.js';

/** The lists that rules can be limited to, named as the queries are. */
export const LISTS = ['recommendations', 'similarProducts', 'boughtTogether', 'trendingProducts'] as const;

export type ListName = (typeof LISTS)[number];

const name = z.string().min(1);
const tiers = z.array(z.enum(TIERS)).min(1);
const selected = {
  products: z.array(name).min(1).optional(),
  categories: z.array(name).min(1).optional(),
};
const selectsSomething = (rule: { products?: unknown; categories?: unknown }): boolean =>
  rule.products !== undefined || rule.categories !== undefined;
const SELECTS = { error: 'products, categories or both must be named' };
const share = z.number().min(0).max(1);

const rulesSchema = z.strictObject({
  boost: z
    .array(z.strictObject({ ...selected, by: z.number().positive().max(1000) }).refine(selectsSomething, SELECTS))
    .default([]),
  bury: z.array(z.strictObject(selected).refine(selectsSomething, SELECTS)).default([]),
  pin: z
    .array(
      z.strictObject({
        product: name,
        place: z.int().min(1).max(100),
        lists: z.array(z.enum(LISTS)).min(1).optional(),
      }),
    )
    .default([]),
  neverTogether: z.array(z.array(name).min(2)).default([]),
  maxPerCategory: z.int().min(1).max(100).optional(),
  margin: z
    .strictObject({
      weight: z.number().min(0).max(100),
      categories: z.record(z.string(), share).default({}),
      products: z.record(z.string(), share).default({}),
    })
    .optional(),
  tierOnly: z.array(z.strictObject({ ...selected, tiers }).refine(selectsSomething, SELECTS)).default([]),
  earlyAccess: z
    .array(
      z
        .strictObject({ ...selected, tiers, until: z.iso.datetime({ offset: true }).transform(text => new Date(text)) })
        .refine(selectsSomething, SELECTS),
    )
    .default([]),
  holdoutPercent: z.number().min(0).max(50).default(0),
});

/** What a shop wants of its lists beside what customers want; product ids and category names are the shop's own. */
export type RankingRules = z.infer<typeof rulesSchema>;

/** Of a rule: the products it is about. */
export type Selection = Pick<RankingRules['bury'][number], 'products' | 'categories'>;

/** No rules at all. */
export const NO_RULES: RankingRules = rulesSchema.parse({});

/**
 * Reads rules from YAML (or JSON); `file` names them in errors.
 *
 * @throws SettingsError naming each rule that cannot be used, and what is allowed.
 */
export function parseRankingRules(text: string, file: string): RankingRules {
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) throw new SettingsError([`${file} is no YAML: ${broken.message}`]);
  const result = rulesSchema.safeParse(document.toJS() ?? {});
  if (result.success) return result.data;
  throw new SettingsError(
    result.error.issues.map(issue => `${file}: ${placeOf(issue.path)} is not usable. ${issue.message}`),
  );
}

/**
 * The rules of the settings' file; none where no file was named and the usual one is not there.
 *
 * @throws SettingsError
 */
export function readRankingRules({ rulesFile, rulesGiven }: Pick<Settings, 'rulesFile' | 'rulesGiven'>): RankingRules {
  if (existsSync(rulesFile)) return parseRankingRules(readFileSync(rulesFile, 'utf8'), rulesFile);
  if (!rulesGiven) return NO_RULES;
  throw new SettingsError([`RECOMMENDER_RULES="${rulesFile}" is not usable. Allowed: a file that is there`]);
}

/** `boost[0].by`. */
function placeOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'what it holds';
  return path
    .map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .slice(1);
}
