import * as z from 'zod/mini';
import { panel } from '../app/panel.js';
import { searchForm } from '../app/search-form.js';
import type { View } from '../app/view.js';
import { h, type Content } from '../dom/element.js';
import { amount, metric } from '../dom/format.js';
import {
  picture,
  PRODUCT,
  productSchema,
  RECOMMENDATIONS,
  recommendationList,
  recommendationListSchema,
} from './recommendations.js';

const productAnswerSchema = z.object({
  product: z.nullable(z.extend(productSchema, { rating: z.nullable(z.number()) })),
});

/** One product and what goes with it; without an id, what is trending. */
export function productPage(view: View, id: string | undefined): HTMLElement[] {
  const search = searchForm('Product id', 'product', id ?? '', 'for example 85123A');
  if (id === undefined) {
    return [
      h('h1', {}, 'Product'),
      search,
      h(
        'div',
        { class: 'grid' },
        listPanel(
          view,
          'Trending now',
          `query Trending { list: trendingProducts(first: 10) { ${RECOMMENDATIONS} } }`,
          {},
          'wide',
        ),
      ),
    ];
  }
  return [
    h('h1', {}, 'Product ', h('span', { class: 'id' }, id)),
    search,
    h(
      'div',
      { class: 'grid' },
      productPanel(view, id),
      listPanel(
        view,
        'Similar',
        `query Similar($id: ID!) { list: similarProducts(productId: $id, first: 6) { ${RECOMMENDATIONS} } }`,
        { id },
      ),
      listPanel(
        view,
        'Bought together',
        `query Together($id: ID!) { list: boughtTogether(productIds: [$id], first: 6) { ${RECOMMENDATIONS} } }`,
        { id },
      ),
    ),
  ];
}

function listPanel(
  view: View,
  title: string,
  query: string,
  variables: Record<string, unknown>,
  className = '',
): HTMLElement {
  const answerSchema = z.object({ list: recommendationListSchema });
  return panel(view, {
    title,
    class: className,
    load: async signal =>
      recommendationList((await view.services.graphql(query, variables, answerSchema, signal)).list),
  });
}

function productPanel(view: View, id: string): HTMLElement {
  return panel(view, {
    title: 'In the shop',
    class: 'wide',
    load: async (signal): Promise<Content> => {
      const { product } = await view.services.graphql(
        `query Product($id: ID!) { product(id: $id) { ${PRODUCT} rating } }`,
        { id },
        productAnswerSchema,
        signal,
      );
      if (product === null) return h('p', {}, 'The shop has no product with this id.');
      const facts = [
        product.category,
        `price ${amount(product.price)}`,
        product.rating !== null && `rated ${metric(product.rating)}`,
      ];
      return h(
        'div',
        { class: 'product' },
        picture(product),
        h(
          'div',
          {},
          h('p', { class: 'headline' }, product.name),
          h('p', { class: 'hint' }, facts.filter(Boolean).join(' · ')),
        ),
      );
    },
  });
}
