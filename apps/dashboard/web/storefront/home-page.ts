import { h, type Content } from '../dom/element.js';
import { HOME, TRENDING } from './documents.js';
import { recommendedCards } from './product-card.js';
import { shelf } from './shelf.js';
import type { Storefront } from './storefront.js';

const NOBODY = 'a visitor';

/** The front of the shop: the five products for who is there, and what everybody wants. */
export function homePage(storefront: Storefront): Content {
  const { client, visit, signal } = storefront;
  const user = visit.customerId;
  return [
    h('h1', {}, user === '' ? 'Welcome' : `Welcome back, ${user}`),
    shelf(storefront, 'Chosen for you', async () => {
      const { forYou } = await client.ask(HOME, { user: user || NOBODY, context: visit.context }, signal);
      return recommendedCards(forYou, visit);
    }),
    shelf(storefront, 'In demand', async () => {
      const { trending } = await client.ask(TRENDING, {}, signal);
      return recommendedCards(trending, visit);
    }),
  ];
}
