import { type Content, fill, h } from './element.js';

interface ActionFormOptions {
  /** What stands above the fields. */
  label?: Content;
  /** What stands before the button. */
  fields?: Content;
  class?: string;
}

/** A form that does one thing and says below how it went: in the sentence that `act` gives, or by its error's message. */
export function actionForm(
  name: string,
  { label, fields, class: className }: ActionFormOptions,
  act: () => Promise<string>,
): HTMLElement {
  const button = h('button', { type: 'submit' }, name);
  const outcome = h('p', { class: 'hint', role: 'status' });
  const submit = (event: Event) => {
    event.preventDefault();
    button.disabled = true;
    fill(outcome, 'One moment…');
    act()
      .then(said => fill(outcome, said))
      .catch((error: unknown) => fill(outcome, error instanceof Error ? error.message : String(error)))
      .finally(() => {
        button.disabled = false;
      });
  };
  return h('form', { class: className, submit }, label, h('div', { class: 'row' }, fields, button), outcome);
}
