import type { CanonicalField, ShopCollection } from '@laurel/shop';
import type { FieldProfile } from './field-profile.js';
import type { KnownField } from './known-shapes.js';
import { isOnSale, statusOf } from './known-words.js';
import { confidenceOf, type FieldProposal } from './proposal.js';
import { nameFit } from './words.js';

/** A collection of the shop as it was sampled. */
export interface SampledCollection {
  name: string;
  profile: FieldProfile;
  documents: number;
  sampled: number;
}

/** Which share of some values are `_id`s of a canonical collection; undefined where that collection was not found. */
export type ReferenceShare = (collection: ShopCollection, values: readonly unknown[]) => Promise<number | undefined>;

const LEAST_FIT = 0.4;
const TRIED_REFERENCES = 3;

interface Candidate {
  profile: FieldProfile;
  score: number;
  why: string[];
}

/** The likeliest source of a field among `profiles`, or undefined. `total` is how many objects they could have been in. */
export async function bestSource(
  known: KnownField,
  profiles: readonly FieldProfile[],
  total: number,
  references: ReferenceShare,
): Promise<Candidate | undefined> {
  const candidates = profiles
    .map(profile => ({
      profile,
      score: fit(known, profile, total),
      why: [`by its name, ${toldKinds(profile, total)}`],
    }))
    .filter(({ score }) => score >= LEAST_FIT)
    .toSorted((a, b) => b.score - a.score);
  if (known.refersTo === undefined) return candidates[0];
  const likeliest: Candidate[] = [];
  for (const candidate of candidates.slice(0, TRIED_REFERENCES))
    likeliest.push(await checked(candidate, known.refersTo, references));
  return likeliest.toSorted((a, b) => b.score - a.score)[0];
}

async function checked(
  candidate: Candidate,
  collection: ShopCollection,
  references: ReferenceShare,
): Promise<Candidate> {
  const share = await references(collection, candidate.profile.samples);
  if (share === undefined) return { ...candidate, score: candidate.score * 0.9 };
  const why = [...candidate.why, `${Math.round(share * 100)} % of the sampled values are _ids of ${collection}`];
  return { ...candidate, score: candidate.score * 0.4 + share * 0.6, why };
}

/** How well a field fits a known one without looking anything up. */
export function fit(known: KnownField, profile: FieldProfile, total: number): number {
  const presence = total === 0 ? 0 : Math.min(1, profile.seen / total);
  return nameFit(profile.path, known.names) * typeFit(known.holds, profile) * (0.6 + 0.4 * presence);
}

function typeFit(holds: KnownField['holds'], profile: FieldProfile): number {
  const numbers = profile.share('whole', 'fraction', 'decimal');
  const numeric = numbers + ratio(profile.reads.number, profile.seen) * 0.9;
  switch (holds) {
    case 'id':
      return profile.share('text', 'objectId', 'uuid', 'whole');
    case 'text':
      return (
        profile.share('text') * (ratio(profile.reads.date, profile.seen) > 0.5 ? 0.2 : 1) + profile.share('whole') * 0.3
      );
    case 'price':
    case 'number':
      return Math.min(1, numeric);
    case 'boolean':
      return profile.share('boolean');
    case 'time':
      return Math.min(1, profile.share('date') + ratio(profile.reads.date, profile.seen) + (unitOf(profile) ? 0.9 : 0));
    case 'status':
      return isWordy(profile)
        ? 0.5 + 0.5 * wordShare(profile, word => statusOf(word) !== undefined)
        : profile.share('whole') * 0.3;
    case 'flag':
      if (profile.share('boolean') > 0.9) return 1;
      return isWordy(profile) && [...profile.words].some(isOnSale) ? 0.9 : 0;
    case 'lines':
      return profile.fields.size > 0 ? profile.share('list') : 0;
  }
}

/** What the file says of a field that is taken from `candidate`. */
export function proposeField(
  field: string,
  canonical: CanonicalField,
  known: KnownField,
  candidate: Candidate,
): FieldProposal {
  const { profile, why } = candidate;
  const from = profile.path.join('.');
  const conversion = conversionOf(canonical, known, profile);
  const isPlain = Object.keys(conversion.keys).length === 0;
  const needsWord = from !== field.split('.').at(-1) || !isPlain || !isNative(canonical, profile);
  const score = candidate.score * conversion.certainty;
  return {
    field,
    from,
    rule: needsWord ? (isPlain ? from : { from, ...conversion.keys }) : undefined,
    confidence: confidenceOf(score),
    why: [...why, ...conversion.why].join('; '),
  };
}

interface Conversion {
  keys: Record<string, unknown>;
  certainty: number;
  why: string[];
}

function conversionOf(canonical: CanonicalField, known: KnownField, profile: FieldProfile): Conversion {
  if (known.holds === 'price') return centsOf(profile);
  if (known.holds === 'status') return statusValues(profile);
  if (known.holds === 'flag' && profile.share('boolean') < 0.5) return saleValues(profile);
  if (known.holds === 'boolean' && canonical.kind === 'text') {
    return {
      keys: { values: { true: 'GRANTED', false: 'DENIED' } },
      certainty: 0.5,
      why: ['check that it is consent to marketing by e-mail'],
    };
  }
  const unit = known.holds === 'time' ? unitOf(profile) : undefined;
  if (unit && !(canonical.kind === 'micros' && unit === 'microseconds'))
    return { keys: { unit }, certainty: 1, why: [`counts ${unit}`] };
  return { keys: {}, certainty: 1, why: [] };
}

function centsOf(profile: FieldProfile): Conversion {
  const { numbers } = profile;
  if (/cent|minor|pence|pennies/i.test(profile.path.join('.')))
    return { keys: { scale: 0.01 }, certainty: 1, why: ['in cents, by its name'] };
  const whole = numbers.length > 0 && numbers.every(Number.isInteger) && profile.share('decimal') === 0;
  const usual = numbers.filter(number => [0, 49, 50, 90, 95, 98, 99].includes(number % 100)).length;
  const median = numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
  const highest = Math.max(0, ...numbers);
  if (
    whole &&
    median >= 200 &&
    highest >= 500 &&
    usual >= 0.6 * numbers.length &&
    numbers.some(number => number % 100 !== 0)
  )
    return {
      keys: { scale: 0.01 },
      certainty: 0.8,
      why: [`in cents, it seems (whole numbers such as ${median}): check`],
    };
  if (whole && median >= 200)
    return { keys: {}, certainty: 0.7, why: [`whole numbers such as ${median}: if they are cents, add scale: 0.01`] };
  return { keys: {}, certainty: 1, why: [] };
}

function statusValues(profile: FieldProfile): Conversion {
  const words = [...profile.words];
  const pairs = words.flatMap(word => {
    const status = statusOf(word);
    return status === undefined ? [] : [[word, status] as const];
  });
  const unknown = words.filter(word => statusOf(word) === undefined);
  const advice = `not understood: ${unknown.map(word => JSON.stringify(word)).join(', ')}; add to values what they mean, or their orders become dead letters`;
  const isPlain = unknown.length === 0 && pairs.every(([word, status]) => word === status);
  const values = !isPlain ? { values: Object.fromEntries(pairs) } : {};
  const certainty = words.length === 0 ? 0.3 : 0.5 + (0.5 * pairs.length) / words.length;
  return { keys: values, certainty, why: unknown.length > 0 ? [advice] : [] };
}

function saleValues(profile: FieldProfile): Conversion {
  const onSale = [...profile.words].filter(isOnSale);
  const off = [...profile.words].filter(word => !isOnSale(word));
  return {
    keys: { values: Object.fromEntries(onSale.map(word => [word, true])), otherwise: false },
    certainty: 0.9,
    why: off.length > 0 ? [`taken as not on sale: ${off.map(word => JSON.stringify(word)).join(', ')}`] : [],
  };
}

/** Whether the pipeline takes the values as they are. */
function isNative(canonical: CanonicalField, profile: FieldProfile): boolean {
  switch (canonical.kind) {
    case 'text':
      return profile.share('text', 'objectId') === 1;
    case 'number':
    case 'micros':
      return profile.share('whole', 'fraction', 'decimal') === 1;
    case 'boolean':
      return profile.share('boolean') === 1;
    case 'date':
      return profile.share('date') === 1;
    default:
      return true;
  }
}

/** The unit of times that are whole numbers, by their size: the years 2001 to 2100. */
function unitOf({ numbers }: FieldProfile): string | undefined {
  const units = [
    ['seconds', 1],
    ['milliseconds', 1e3],
    ['microseconds', 1e6],
  ] as const;
  if (numbers.length === 0) return undefined;
  return units.find(([, factor]) => numbers.every(number => number > 9.8e8 * factor && number < 4.2e9 * factor))?.[0];
}

function isWordy(profile: FieldProfile): boolean {
  return profile.share('text') > 0.9 && profile.words.size <= 30;
}

function wordShare({ words }: FieldProfile, fits: (word: string) => boolean): number {
  return ratio([...words].filter(fits).length, words.size);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function toldKinds(profile: FieldProfile, total: number): string {
  const kinds = [...profile.kinds.keys()].join(' or ');
  return `${kinds} in ${Math.round(100 * Math.min(1, ratio(profile.seen, total)))} %`;
}
