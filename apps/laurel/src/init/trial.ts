import { fromExtendedJson, parseShopDocument, ShopDocumentError, ShopMapping } from '@laurel/shop';
import { BSON, type Document } from 'mongodb';
import type { CollectionProposal, Trial } from './proposal.js';

const MAX_PROBLEMS = 3;

/** Translates the sampled documents of a collection by the proposed file, and checks them as the pipeline will. */
export function tryOut(yaml: string, { collection, from }: CollectionProposal, sample: readonly Document[]): Trial {
  const translation = ShopMapping.parse(yaml, 'the proposal').translationOf(from);
  const problems = new Map<string, number>();
  let fit = 0;
  for (const document of sample) {
    const text = BSON.EJSON.stringify(document, { relaxed: false });
    try {
      const plain = fromExtendedJson(JSON.parse(translation?.document(text) ?? text));
      parseShopDocument(collection, Object.fromEntries(Object.entries(plain ?? {})));
      fit++;
    } catch (error) {
      const reasons =
        error instanceof ShopDocumentError ? error.issues : [error instanceof Error ? error.message : String(error)];
      const reason = reasons[0] ?? '';
      problems.set(reason, (problems.get(reason) ?? 0) + 1);
    }
  }
  const commonest = [...problems].toSorted(([, a], [, b]) => b - a).slice(0, MAX_PROBLEMS);
  return { documents: sample.length, fit, problems: commonest.map(([reason, count]) => `${count} × ${reason}`) };
}
