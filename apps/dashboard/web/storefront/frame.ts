import { addressOf, searchForm } from '../app/search-form.js';
import { fill, h } from '../dom/element.js';
import { count } from '../dom/format.js';
import type { Visit } from './visit.js';

/** What surrounds every page of the storefront: the way home, search, who is there, the cart. */
export class Frame {
  readonly main = h('main', { id: 'main', tabindex: '-1' });
  private readonly cart = h('a', { href: addressOf('cart'), class: 'chip' });
  private readonly customer = h('input', {
    id: 'customer',
    name: 'customer',
    autocomplete: 'off',
    spellcheck: 'false',
  });

  constructor(
    root: HTMLElement,
    private readonly visit: Visit,
  ) {
    const become = (event: Event) => {
      event.preventDefault();
      visit.become(this.customer.value.trim());
      location.hash = addressOf('home');
    };
    fill(
      root,
      h(
        'header',
        { class: 'top' },
        h(
          'div',
          { class: 'bar' },
          h('a', { class: 'brand', href: addressOf('home') }, 'Example shop'),
          searchForm('Search the shop', 'search', '', 'for example mug'),
          h(
            'form',
            { class: 'row customer', submit: become },
            h('label', { for: 'customer' }, 'Customer id'),
            this.customer,
            h('button', { type: 'submit' }, 'Visit as'),
          ),
          this.cart,
        ),
      ),
      this.main,
      h(
        'footer',
        { class: 'hint' },
        'An example of what Laurel’s recommender can do for a shop’s pages. A real storefront asks from its server: the key opens every customer’s recommendations.',
      ),
    );
    this.update();
  }

  /** Shows the visit as it is now. */
  update(): void {
    this.customer.value = this.visit.customerId;
    fill(this.cart, `Cart (${count(this.visit.itemsInCart)})`);
  }
}
