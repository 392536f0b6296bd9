import { StorefrontClient } from '@laurel/storefront-client';
import '../api/jitless.js';
import { keyForm } from '../access/key-form.js';
import { keyStore, takeKeyFromAddress } from '../access/key-store.js';
import { Services } from '../api/services.js';
import { failure } from '../app/panel.js';
import { applyTheme, chosenTheme } from '../app/theme.js';
import { fill, type Content } from '../dom/element.js';
import { cartPage } from './cart-page.js';
import { Frame } from './frame.js';
import { homePage } from './home-page.js';
import { productPage } from './product-page.js';
import { searchPage } from './search-page.js';
import type { Storefront } from './storefront.js';
import { Visit } from './visit.js';

function start(root: HTMLElement, recommenderUrl: string): void {
  let left = new AbortController();
  const show = (): void => {
    left.abort();
    left = new AbortController();
    const key = keyStore.read();
    if (key === null) return askForKey();
    const client = new StorefrontClient({ url: recommenderUrl, key });
    fill(frame.main, pageOf({ client, visit, signal: left.signal, onWrongKey: askForKey }));
  };
  const askForKey = (problem?: string): void => {
    left.abort();
    keyStore.forget();
    fill(frame.main, keyForm(useKey, problem));
  };
  const useKey = (key: string): void => {
    keyStore.keep(key);
    show();
  };
  const visit = new Visit(() => {
    frame.update();
    if (location.hash === '#/cart') show();
  });
  const frame = new Frame(root, visit);
  addEventListener('hashchange', () => {
    if (location.hash === '#main') return;
    show();
    scrollTo(0, 0);
  });
  show();
}

function pageOf(storefront: Storefront): Content {
  const [, name, id = ''] = location.hash.split('/');
  if (name === 'product') return productPage(storefront, decodeURIComponent(id));
  if (name === 'search') return searchPage(storefront, decodeURIComponent(id));
  return name === 'cart' ? cartPage(storefront) : homePage(storefront);
}

takeKeyFromAddress();
applyTheme(chosenTheme());
const root = document.querySelector<HTMLElement>('#app');
if (root) {
  Services.urls().then(
    urls => start(root, urls.recommender),
    (error: unknown) => fill(root, failure(error)),
  );
}
