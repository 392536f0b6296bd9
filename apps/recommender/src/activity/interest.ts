import { eventTimeOf, type Feedback, type ShopEvent } from '@laurel/shop';

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

const FEEDBACK_KINDS: Partial<Record<Feedback['event_name'], InterestKind>> = {
  select_item: 'view',
  add_to_cart: 'cart',
};

/** The interest that feedback tells of: who clicks looks at the product. None for what was only shown, what is an order, and for nobody known. */
export function interestOfFeedback(feedback: Feedback): Interest | undefined {
  const { event_name, item_id: productId, user_pseudo_id: customerId } = feedback;
  const kind = FEEDBACK_KINDS[event_name];
  if (kind === undefined || customerId == null) return undefined;
  return { customerId, productId, kind, at: eventTimeOf(feedback) };
}

/** The interest an event tells of: one entry for each product it names; none for events of other kinds. */
export function interestsOf(event: ShopEvent): Interest[] {
  const kind = KINDS[event.event_name];
  if (kind === undefined) return [];
  const at = eventTimeOf(event);
  return (event.items ?? []).map(item => ({ customerId: event.user_pseudo_id, productId: item.item_id, kind, at }));
}
