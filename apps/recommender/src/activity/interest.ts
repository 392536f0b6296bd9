import { eventTimeOf, type ShopEvent } from '@laurel/shop';

/** How a customer showed interest in a product. */
export type InterestKind = 'view' | 'cart';

/** One product a customer looked at or put in the cart; `uncart` takes it out again. */
export interface Interest {
  customerId: string;
  productId: string;
  kind: InterestKind | 'uncart';
  at: Date;
}

const KINDS: Readonly<Record<string, Interest['kind']>> = {
  view_item: 'view',
  add_to_cart: 'cart',
  remove_from_cart: 'uncart',
};

/** The interest an event tells of: one entry for each product it names; none for events of other kinds. */
export function interestsOf(event: ShopEvent): Interest[] {
  const kind = KINDS[event.event_name];
  if (kind === undefined) return [];
  const at = eventTimeOf(event);
  return (event.items ?? []).map(item => ({ customerId: event.user_pseudo_id, productId: item.item_id, kind, at }));
}
