import { canonicalFields, type CanonicalField, type CanonicalFields, type ShopCollection } from '@laurel/shop';
import { bestSource, proposeField, type ReferenceShare } from './field-guess.js';
import type { FieldProfile } from './field-profile.js';
import { KNOWN_SHAPES, type KnownField } from './known-shapes.js';
import { isSecret } from './known-words.js';
import { type CollectionProposal, confidenceOf, type FieldProposal, type MissingField } from './proposal.js';
import type { RecognisedCollection } from './recognise.js';

/** Fields that may be missing, but whose lack is worth a word. */
const WORTH_TELLING = new Set(['email', 'country', 'category', 'createdAt', 'event_params.ga_session_id']);

const ADVICE: Readonly<Record<string, string>> = {
  currency: 'if all orders are in one currency, write currency: { value: EUR }, or whichever it is',
  status: 'if every order counts, write status: { value: paid }',
  items: 'the lines of an order must be an array within it; a collection of their own cannot be read',
  'event_params.ga_session_id': 'without it events belong to no session',
};

/** Where fields are looked for: a document, or the lines in it. No field is taken twice. */
interface Scope {
  profiles: readonly FieldProfile[];
  /** How many documents or lines there are. */
  total: number;
  taken: Set<FieldProfile>;
}

/** Guesses where the fields of a recognised collection are. */
export async function proposeCollection(
  collection: ShopCollection,
  { source: { name, profile, documents, sampled }, score }: RecognisedCollection,
  references: ReferenceShare,
): Promise<CollectionProposal> {
  const canonical = canonicalFields(collection);
  const fields: FieldProposal[] = [];
  const missing: MissingField[] = [];
  const guess = async (field: string, known: KnownField, target: CanonicalField, scope: Scope) => {
    const free = scope.profiles.filter(candidate => !scope.taken.has(candidate));
    const found = await bestSource(known, free, scope.total, references);
    if (found) {
      if (known.holds !== 'flag') scope.taken.add(found.profile);
      fields.push(proposeField(field, target, known, found));
    } else if (target.required || WORTH_TELLING.has(field)) {
      missing.push({ field, required: target.required, advice: ADVICE[field] ?? 'name the field it is in' });
    }
    return found?.profile;
  };

  const document: Scope = { profiles: profile.leaves(), total: profile.seen, taken: new Set() };
  for (const [field, known] of Object.entries(KNOWN_SHAPES[collection].fields)) {
    const [top = '', inner] = field.split('.');
    if (inner && profile.fields.has(top)) continue;
    const target = targetOf(canonical, top, inner);
    const source = await guess(field, known, target, document);
    if (!source || target.kind !== 'list') continue;
    const lines = linesOf(source);
    for (const [line, knownLine] of Object.entries(known.fields ?? {})) {
      const lineTarget = target.fields[line];
      if (lineTarget) await guess(`${field}.${line}`, knownLine, lineTarget, lines);
    }
  }
  const drop = secretPaths(document.profiles);
  return { collection, from: name, confidence: confidenceOf(score), documents, sampled, fields, missing, drop };
}

function linesOf(list: FieldProfile): Scope {
  const own = [...list.fields.values()];
  return {
    profiles: own.flatMap(field => [field, ...field.leaves()]),
    total: Math.max(0, ...own.map(({ seen }) => seen)),
    taken: new Set(),
  };
}

function targetOf(fields: CanonicalFields, top: string, inner: string | undefined): CanonicalField {
  const field = fields[top];
  if (inner === undefined) return field ?? { kind: 'text', required: false };
  const within = field?.kind === 'object' ? field.fields[inner] : undefined;
  return within ?? { kind: 'params', required: false };
}

function secretPaths(profiles: readonly FieldProfile[]): string[] {
  const paths = profiles.filter(({ path }) => isSecret(path.at(-1) ?? '')).map(({ path }) => path.join('.'));
  return paths.filter(path => !paths.some(other => path.startsWith(`${other}.`)));
}
