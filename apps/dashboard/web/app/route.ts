/** The pages of the dashboard, in the order of the menu. */
export const PAGES = ['overview', 'customer', 'product', 'audiences', 'webhooks', 'promotion'] as const;

export type PageName = (typeof PAGES)[number];

/** Where in the dashboard the address leads: `#/customer/17850`. Anything unknown leads to the overview. */
export interface Route {
  page: PageName;
  id: string | undefined;
}

/** Reads a route from the address's fragment. */
export function routeOf(fragment: string): Route {
  const [, name = '', ...rest] = fragment.split('/');
  const page = PAGES.find(candidate => candidate === name) ?? 'overview';
  return { page, id: decoded(rest.join('/')) };
}

function decoded(text: string): string | undefined {
  if (text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
