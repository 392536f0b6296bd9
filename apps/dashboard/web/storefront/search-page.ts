import { h, type Content } from '../dom/element.js';
import { SEARCH } from './documents.js';
import { productCard } from './product-card.js';
import { shelf } from './shelf.js';
import type { Storefront } from './storefront.js';

/** What the shop has for some words. */
export function searchPage(storefront: Storefront, text: string): Content {
  const { client, visit, signal } = storefront;
  return [
    h('h1', {}, 'Search'),
    shelf(storefront, `“${text}”`, async () => {
      const { searchProducts: found } = await client.ask(SEARCH, { text }, signal);
      if (found.length === 0) return h('p', { class: 'hint' }, 'Nothing found.');
      return h(
        'ol',
        { class: 'shelf' },
        found.map(product => productCard(product, visit)),
      );
    }),
  ];
}
