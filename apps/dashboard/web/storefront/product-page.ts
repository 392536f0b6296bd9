import { h, type Content } from '../dom/element.js';
import { amount, metric } from '../dom/format.js';
import { picture } from '../products/recommendations.js';
import { PRODUCT_PAGE } from './documents.js';
import { recommendedCards } from './product-card.js';
import { shelf } from './shelf.js';
import type { Storefront } from './storefront.js';

/** One product, what goes with it and what is like it. Looking at it counts for what is shown next. */
export function productPage(storefront: Storefront, id: string): Content {
  const { client, visit, signal } = storefront;
  visit.view(id);
  const answer = client.ask(PRODUCT_PAGE, { id }, signal);
  return [
    shelf(storefront, 'Product', async () => {
      const { product } = await answer;
      if (product === null) return h('p', {}, 'The shop does not have this product.');
      const facts = [product.category, product.rating !== null && `rated ${metric(product.rating)}`];
      return h(
        'div',
        { class: 'card product' },
        picture(product),
        h(
          'div',
          {},
          h('h1', {}, product.name),
          h('p', { class: 'hint' }, facts.filter(Boolean).join(' · ')),
          h('p', { class: 'headline' }, amount(product.price)),
          h('button', { type: 'button', class: 'primary', click: () => visit.put(product.id) }, 'Add to cart'),
        ),
      );
    }),
    shelf(storefront, 'Bought together', async () => recommendedCards((await answer).together, visit)),
    shelf(storefront, 'Similar', async () => recommendedCards((await answer).similar, visit)),
  ];
}
