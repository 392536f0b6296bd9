import type { ShopCollection } from '@laurel/shop';

/** How sure a guess is, from 0 to 1, in a word. */
export type Confidence = 'high' | 'medium' | 'low';

/** A guess where a canonical field comes from. `rule` is what the mapping file says; undefined where the field needs no word there. */
export interface FieldProposal {
  /** Dots lead into `items` and `consent`, and to a parameter of an event. */
  field: string;
  from: string | null;
  rule: string | Record<string, unknown> | undefined;
  confidence: Confidence;
  why: string;
}

/** A field that nothing was found for. */
export interface MissingField {
  field: string;
  required: boolean;
  advice: string;
}

/** How many of the sampled documents come out in the canonical shape, and why others do not. */
export interface Trial {
  documents: number;
  fit: number;
  problems: string[];
}

/** A guess which of the shop's collections is a canonical one, and how its fields map. */
export interface CollectionProposal {
  collection: ShopCollection;
  from: string;
  confidence: Confidence;
  /** MongoDB's count, and how many of them were looked at. */
  documents: number;
  sampled: number;
  fields: FieldProposal[];
  missing: MissingField[];
  /** Fields that must go nowhere, by their names. */
  drop: string[];
  trial?: Trial;
}

/** What was made of a database. */
export interface Proposal {
  database: string;
  collections: CollectionProposal[];
  missing: { collection: ShopCollection; advice: string }[];
  ignored: { collection: string; why: string }[];
}

/** The word for a score. */
export function confidenceOf(score: number): Confidence {
  if (score >= 0.85) return 'high';
  return score >= 0.6 ? 'medium' : 'low';
}
