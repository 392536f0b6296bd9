import { h, type Content } from '../dom/element.js';
import { amount, count } from '../dom/format.js';
import { CART, NAMED } from './documents.js';
import { recommendedCards } from './product-card.js';
import { shelf } from './shelf.js';
import type { Storefront } from './storefront.js';

/** What is in the cart, and what others bought with it. */
export function cartPage(storefront: Storefront): Content {
  const { client, visit, signal } = storefront;
  const title = h('h1', {}, 'Your cart');
  const ids = visit.cart.map(([id]) => id);
  if (ids.length === 0) return [title, h('p', { class: 'hint' }, 'Nothing in it yet.')];
  return [
    title,
    shelf(storefront, 'In the cart', async () => {
      const lines = await Promise.all(
        visit.cart.map(async ([id, quantity]) => {
          const { product } = await client.ask(NAMED, { id }, signal);
          const price = product === null ? 'no longer sold' : amount(product.price * quantity);
          return h(
            'li',
            {},
            h('span', {}, `${count(quantity)} × ${product?.name ?? id}`),
            h('span', { class: 'hint' }, price),
            h('button', { type: 'button', class: 'quiet', click: () => visit.takeOut(id) }, 'Take out'),
          );
        }),
      );
      return h('ul', { class: 'card cart' }, lines);
    }),
    shelf(storefront, 'Goes with your cart', async () =>
      recommendedCards((await client.ask(CART, { ids }, signal)).goesWith, visit),
    ),
  ];
}
