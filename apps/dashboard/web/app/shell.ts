import { fill, h } from '../dom/element.js';
import { words } from '../dom/format.js';
import { PAGES, type PageName } from './route.js';
import { addressOf } from './search-form.js';
import { applyTheme, chosenTheme, nextTheme } from './theme.js';

/** The frame around every page: name, menu, theme, the key's end. */
export class Shell {
  readonly main = h('main', { id: 'main', tabindex: '-1' });
  private readonly menu = h('nav', { 'aria-label': 'Pages' });
  private readonly signOut: HTMLButtonElement;

  constructor(root: HTMLElement, onForgetKey: () => void) {
    this.signOut = h('button', { type: 'button', class: 'quiet', click: onForgetKey }, 'Forget key');
    const brand = h(
      'a',
      { class: 'brand', href: addressOf('overview') },
      h('img', { src: '/laurel.svg', alt: '', width: 28, height: 28 }),
      'Laurel',
    );
    fill(
      root,
      h(
        'header',
        { class: 'top' },
        h('div', { class: 'bar' }, brand, this.menu, h('div', { class: 'tools' }, themeButton(), this.signOut)),
      ),
      this.main,
    );
  }

  /** Marks the page that is shown; without one (no key yet) there is no menu. */
  mark(current: PageName | undefined): void {
    const links = PAGES.map(page =>
      h('a', { href: addressOf(page), 'aria-current': page === current ? 'page' : undefined }, words(page)),
    );
    fill(this.menu, current !== undefined && links);
    this.signOut.hidden = current === undefined;
    document.title = current === undefined ? 'Laurel' : `${words(current)} · Laurel`;
  }
}

function themeButton(): HTMLButtonElement {
  const button = h('button', {
    type: 'button',
    class: 'quiet',
    click: () => {
      applyTheme(nextTheme(chosenTheme()));
      name();
    },
  });
  const name = () => {
    fill(button, `Theme: ${chosenTheme()}`);
  };
  name();
  return button;
}
