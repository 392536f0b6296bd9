import type { Settings } from '@laurel/service';
import { ShopMapping } from '@laurel/shop';
import { type Finding, messageOf } from './finding.js';

/** What was found of the file that says how the shop is kept, and the names of the collections that it makes Laurel read. */
export interface MappingFinding {
  finding: Finding;
  collections: readonly string[];
}

/** Looks at the mapping file; where it cannot be used, Laurel's own names stand for the shop's. */
export function examineMapping(settings: Settings): MappingFinding {
  const check = 'mapping file';
  try {
    const mapping = ShopMapping.read(settings);
    const named = mapping.collections.map(collection => {
      const source = mapping.sourceOf(collection);
      return source === collection ? collection : `${collection} from ${source}`;
    });
    const found = mapping === ShopMapping.NONE ? "none: the shop has Laurel's own shape" : named.join(', ');
    return { finding: { check, state: 'ok', found }, collections: mapping.sourceNames };
  } catch (error) {
    const mend = 'Mend the file as it says (docs/shop.md tells what it may hold); nothing is captured before.';
    return {
      finding: { check, state: 'fail', found: messageOf(error), mend },
      collections: ShopMapping.NONE.sourceNames,
    };
  }
}
