import type { ShopChange } from '@laurel/change-log';
import { engagementTimeMsecOf, eventTimeOf, sessionIdOf } from '@laurel/shop';
import type { EventChange } from '../events/event-fold.js';
import { documentChange, namedPurchase, type NamedPurchase, type OrderChange } from '../orders/order-fold.js';

/** What a change of the shop means to the features: all that is kept of it. */
export type FeatureChange =
  | { about: 'event'; event: EventChange; purchase: NamedPurchase | null }
  | { about: 'order'; order: OrderChange }
  | { about: 'customer'; id: string; exists: boolean };

/** Takes from a change what the features need; undefined for a collection that does not concern them. */
export function featureChangeOf(change: ShopChange): FeatureChange | undefined {
  switch (change.collection) {
    case 'events': {
      const { id, seq, document } = change;
      const event = document && {
        customerId: document.user_pseudo_id,
        sessionId: sessionIdOf(document) ?? null,
        timeMs: eventTimeOf(document).getTime(),
        engagementTimeMsec: engagementTimeMsecOf(document),
      };
      return { about: 'event', event: { eventId: id, seq, event }, purchase: namedPurchase(id, seq, document) };
    }
    case 'orders':
      return { about: 'order', order: documentChange(change.id, change.seq, change.document) };
    case 'customers':
      return { about: 'customer', id: change.id, exists: change.document !== null };
    case 'products':
    case 'feedback':
      return undefined;
  }
}
