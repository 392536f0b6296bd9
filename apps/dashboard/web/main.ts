import './api/jitless.js';
import { keyForm } from './access/key-form.js';
import { keyInFragment, keyStore, takeKeyFromAddress } from './access/key-store.js';
import { Services } from './api/services.js';
import { failure } from './app/panel.js';
import { routeOf, type PageName } from './app/route.js';
import { Shell } from './app/shell.js';
import { applyTheme, chosenTheme } from './app/theme.js';
import type { View } from './app/view.js';
import { audiencesPage } from './audiences/audiences-page.js';
import { customerPage } from './customers/customer-page.js';
import { fill, type Content } from './dom/element.js';
import { promotionPage } from './models/promotion-page.js';
import { overviewPage } from './overview/overview-page.js';
import { productPage } from './products/product-page.js';
import { webhooksPage } from './webhooks/webhooks-page.js';

const pages: Record<PageName, (view: View, id: string | undefined) => Content> = {
  overview: overviewPage,
  customer: customerPage,
  product: productPage,
  audiences: audiencesPage,
  webhooks: webhooksPage,
  promotion: promotionPage,
};

function start(root: HTMLElement, urls: Awaited<ReturnType<typeof Services.urls>>): void {
  let left = new AbortController();

  const askForKey = (problem?: string): void => {
    left.abort();
    keyStore.forget();
    shell.mark(undefined);
    fill(shell.main, keyForm(useKey, problem));
  };
  const useKey = (key: string): void => {
    keyStore.keep(key);
    show();
  };
  const show = (): void => {
    left.abort();
    left = new AbortController();
    const key = keyStore.read();
    if (key === null) return askForKey();
    const { page, id } = routeOf(location.hash);
    shell.mark(page);
    const view: View = { services: new Services(urls, key), signal: left.signal, onWrongKey: askForKey };
    fill(shell.main, pages[page](view, id));
    scrollTo(0, 0);
  };
  const shell = new Shell(root, () => askForKey());

  addEventListener('hashchange', () => {
    if (location.hash === '#main') return;
    if (keyInFragment(location.hash) !== undefined) takeKeyFromAddress();
    show();
  });
  show();
}

takeKeyFromAddress();
applyTheme(chosenTheme());
const root = document.querySelector<HTMLElement>('#app');
if (root) {
  Services.urls().then(
    urls => start(root, urls),
    (error: unknown) => fill(root, failure(error)),
  );
}
