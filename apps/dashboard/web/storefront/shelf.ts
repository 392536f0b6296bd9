import { StorefrontError } from '@laurel/storefront-client';
import { CallError, errorOfStatus } from '../api/call-error.js';
import { failure } from '../app/panel.js';
import { fill, h, type Content } from '../dom/element.js';
import type { Storefront } from './storefront.js';

/** A titled part of a page that is filled when its answer comes. What fails leaves the rest of the page as it is. */
export function shelf({ signal, onWrongKey }: Storefront, title: string, load: () => Promise<Content>): HTMLElement {
  const body = h('div', {}, h('p', { class: 'loading', role: 'status' }, 'Loading…'));
  const section = h('section', { 'aria-label': title, 'aria-busy': 'true' }, h('h2', {}, title), body);
  const show = async (): Promise<void> => {
    try {
      fill(body, await load());
    } catch (error) {
      if (signal.aborted) return;
      const problem = error instanceof StorefrontError ? inWords(error) : error;
      if (problem instanceof CallError && problem.failure === 'wrong-key') return onWrongKey(problem.message);
      fill(body, failure(problem));
    }
    section.setAttribute('aria-busy', 'false');
  };
  void show();
  return section;
}

function inWords({ status, message }: StorefrontError): CallError {
  if (status === undefined) return new CallError('unreachable', 'recommender', message);
  return errorOfStatus('recommender', status, message);
}
