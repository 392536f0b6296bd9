import { CallError } from '../api/call-error.js';
import { fill, h, type Content } from '../dom/element.js';
import type { View } from './view.js';

/** A titled part of a page that is loaded on its own, and says on its own what went wrong. */
export interface PanelOptions {
  title: string;
  /** What it shows; called again by "Try again" and by {@link everyMs}. */
  load(signal: AbortSignal): Promise<Content>;
  /** Loads anew this often while the page is looked at. */
  everyMs?: number;
  class?: string;
}

/** Makes a panel and begins to load it. */
export function panel(view: View, { title, load, everyMs, class: className = '' }: PanelOptions): HTMLElement {
  const body = h('div', { class: 'panel-body' }, h('p', { class: 'loading', role: 'status' }, 'Loading…'));
  const section = h(
    'section',
    { class: `card ${className}`, 'aria-busy': 'true', 'aria-label': title },
    h('h2', {}, title),
    body,
  );

  const show = async (): Promise<void> => {
    try {
      const content = await load(view.signal);
      if (!view.signal.aborted) fill(body, content);
    } catch (error) {
      if (view.signal.aborted) return;
      if (error instanceof CallError && error.failure === 'wrong-key') return view.onWrongKey(error.message);
      fill(
        body,
        failure(error, () => void show()),
      );
    }
    section.setAttribute('aria-busy', 'false');
    if (everyMs !== undefined) again(everyMs);
  };
  const again = (ms: number): void => {
    const timer = setTimeout(() => {
      view.signal.removeEventListener('abort', stop);
      if (document.hidden) again(ms);
      else void show();
    }, ms);
    const stop = () => clearTimeout(timer);
    view.signal.addEventListener('abort', stop, { once: true });
  };
  void show();
  return section;
}

/** Says what went wrong in plain words, and offers another try. */
export function failure(error: unknown, retry?: () => void): HTMLElement {
  const missing = error instanceof CallError && error.failure === 'not-found';
  const calm = missing || (error instanceof CallError && error.failure === 'not-yet');
  const message =
    error instanceof CallError
      ? error.message
      : `Something in this page went wrong: ${error instanceof Error ? error.message : String(error)}`;
  return h(
    'div',
    { class: `notice ${calm ? '' : 'bad'}`, role: calm ? 'status' : 'alert' },
    h('p', {}, message),
    retry && !missing && h('button', { type: 'button', click: retry }, 'Try again'),
  );
}
