import { h } from '../dom/element.js';

/** A field for an id that leads to the page of that id. */
export function searchForm(label: string, page: string, value: string, hint: string): HTMLElement {
  const id = `search-${page}`;
  const input = h('input', {
    id,
    name: 'id',
    type: 'search',
    value,
    required: true,
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: hint,
  });
  const submit = (event: Event) => {
    event.preventDefault();
    const wanted = input.value.trim();
    if (wanted !== '') location.hash = addressOf(page, wanted);
  };
  return h(
    'form',
    { class: 'search', role: 'search', submit },
    h('label', { for: id }, label),
    h('div', { class: 'row' }, input, h('button', { type: 'submit', class: 'primary' }, 'Show')),
  );
}

/** The address of a page within the dashboard. */
export function addressOf(page: string, id?: string): string {
  return id === undefined ? `#/${page}` : `#/${page}/${encodeURIComponent(id)}`;
}
