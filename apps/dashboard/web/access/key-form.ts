import { h } from '../dom/element.js';

/** Asks for a key. `problem` says why it is asked again. */
export function keyForm(onKey: (key: string) => void, problem?: string): HTMLElement {
  const input = h('input', {
    id: 'key',
    name: 'key',
    type: 'password',
    autocomplete: 'off',
    required: true,
    spellcheck: 'false',
    'aria-describedby': 'key-help',
  });
  const submit = (event: Event) => {
    event.preventDefault();
    const key = input.value.trim();
    if (key !== '') onKey(key);
  };
  queueMicrotask(() => input.focus());
  return h(
    'section',
    { class: 'card narrow sign-in' },
    h('h1', {}, 'Open the dashboard'),
    problem !== undefined && h('p', { class: 'notice bad', role: 'alert' }, problem),
    h(
      'form',
      { submit },
      h('label', { for: 'key' }, 'Your key'),
      h('div', { class: 'row' }, input, h('button', { type: 'submit', class: 'primary' }, 'Open')),
      h(
        'p',
        { id: 'key-help', class: 'hint' },
        'The keys are those of LAUREL_KEYS; npm start prints them. The admin key shows everything, any other key what its scope allows. It stays in this tab and is sent only to your Laurel services.',
      ),
    ),
  );
}
