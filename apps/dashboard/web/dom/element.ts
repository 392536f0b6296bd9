/** What an element may hold; text is always text, never markup. */
export type Content = Node | string | number | null | undefined | false | readonly Content[];

type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>;

/**
 * Makes an element. An attribute that is a function listens to the event of its name, `true` stands for an attribute without a value, `false` and
 * `undefined` leave it out.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...content: Content[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, content);
  return element;
}

/** Replaces what an element holds. */
export function fill(element: Element, ...content: Content[]): void {
  element.replaceChildren();
  append(element, content);
}

function append(parent: Element, content: Content): void {
  if (content === null || content === undefined || content === false) return;
  if (content instanceof Node) parent.append(content);
  else if (typeof content === 'object') for (const part of content) append(parent, part);
  else parent.append(String(content));
}
