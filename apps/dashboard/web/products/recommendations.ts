import * as z from 'zod/mini';
import { addressOf } from '../app/search-form.js';
import { h, type Content } from '../dom/element.js';
import { amount, words } from '../dom/format.js';

/** The fields of a product that the page shows. */
export const PRODUCT = 'id name category price imageUrl';

/** The fields of a list of recommendations that the page shows. */
export const RECOMMENDATIONS = `model { name version } items { rank product { ${PRODUCT} } reason { kind text } }`;

export const productSchema = z.object({
  id: z.string(),
  name: z.string(),
  category: z.nullable(z.string()),
  price: z.number(),
  imageUrl: z.nullable(z.string()),
});

export const recommendationListSchema = z.object({
  model: z.object({ name: z.string(), version: z.string() }),
  items: z.array(
    z.object({ rank: z.number(), product: productSchema, reason: z.object({ kind: z.string(), text: z.string() }) }),
  ),
});

/** Products in their order, each with the reason it is there. */
export function recommendationList({ model, items }: z.infer<typeof recommendationListSchema>): Content {
  if (items.length === 0) return h('p', {}, 'Nothing to recommend.');
  return [
    h(
      'ol',
      { class: 'products' },
      items.map(({ product, reason }) =>
        h(
          'li',
          {},
          picture(product),
          h(
            'div',
            {},
            h('a', { href: addressOf('product', product.id) }, product.name),
            h('p', { class: 'hint' }, [product.category, amount(product.price)].filter(Boolean).join(' · ')),
            h(
              'p',
              { class: 'reason' },
              h('span', { class: `kind ${reason.kind.toLowerCase()}` }, words(reason.kind)),
              ' ',
              reason.text,
            ),
          ),
        ),
      ),
    ),
    h('p', { class: 'hint' }, `${words(model.name)}, version ${model.version}`),
  ];
}

/** A product's picture, or the first letter of its name where the shop has none. */
export function picture({ name, imageUrl }: z.infer<typeof productSchema>): HTMLElement {
  const letter = h('span', { class: 'picture', 'aria-hidden': 'true' }, name.charAt(0).toUpperCase());
  if (imageUrl === null || !imageUrl.startsWith('https://')) return letter;
  const image = h('img', { class: 'picture', src: imageUrl, alt: '', loading: 'lazy', referrerpolicy: 'no-referrer' });
  image.addEventListener('error', () => image.replaceWith(letter));
  return image;
}
