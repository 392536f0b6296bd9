import { ShopMapping } from '@laurel/shop';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mappingText } from './mapping-text.js';
import type { CollectionProposal } from './proposal.js';

const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const collectionName = anyText.filter(name => /^(?!system\.)[^$\0]+$/.test(name));
const fieldName = anyText.filter(name => /^[^.$\s\0][^.\0]*$/.test(name));

function proposal(from: string, field: string, words: string[], why: string): CollectionProposal {
  const values = Object.fromEntries(words.map(word => [word, 'paid']));
  return {
    collection: 'orders',
    from,
    confidence: 'low',
    documents: 1,
    sampled: 1,
    missing: [],
    drop: [`${field}.secret`],
    fields: [
      { field: 'status', from: field, rule: { from: field, values }, confidence: 'high', why },
      { field: 'items', from: field, rule: field, confidence: 'high', why },
      { field: 'items.price', from: field, rule: { from: field, scale: 0.01 }, confidence: 'high', why },
    ],
    trial: { documents: 1, fit: 0, problems: [why] },
  };
}

describe('the proposed file', () => {
  it('can be read back, whatever the shop calls its collections, fields and words', () => {
    fc.assert(
      fc.property(collectionName, fieldName, fc.array(anyText), anyText, (from, field, words, why) => {
        const text = mappingText({
          database: why,
          collections: [proposal(from, field, words, why)],
          missing: [{ collection: 'events', advice: why }],
          ignored: [{ collection: from, why }],
        });
        const mapping = ShopMapping.parse(text, 'proposal');
        expect(mapping.sourceOf('orders')).toBe(from);
        expect(mapping.collections).toEqual(['products', 'customers', 'orders']);
        const price = mapping
          .translationOf(from)
          ?.document(JSON.stringify({ [field]: [{ [field]: { $numberInt: '250' } }] }));
        expect(price).toContain('"price":{"$numberDouble":"2.5"}');
      }),
    );
  });

  it.each(['\u00a0', 'Auftrag\u2003', '\u2028'])('quotes a name with an uncommon space: %j', from => {
    const text = mappingText({
      database: 'shop',
      collections: [proposal(from, 'field', [from], '')],
      missing: [],
      ignored: [],
    });
    expect(ShopMapping.parse(text, 'proposal').sourceOf('orders')).toBe(from);
  });
});
