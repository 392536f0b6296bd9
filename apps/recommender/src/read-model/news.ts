import type { Product } from '@laurel/shop';
import { type ShopChange } from '@laurel/change-log';
import { interestOfFeedback, interestsOf, type Interest } from '../activity/interest.js';
import type { FeaturesNews, TierNews } from '../customers/profile-messages.js';
import { documentNews, type OrderNews, purchaseNews } from '../orders/order-evidence.js';

/** One message of the log, as far as it concerns the recommender. */
export type News =
  | { about: 'product'; id: string; product: Product | null }
  | { about: 'order'; news: OrderNews }
  | { about: 'interest'; interests: Interest[] }
  | { about: 'feedback'; interest: Interest }
  | { about: 'event'; eventId: string; purchase: Extract<OrderNews, { kind: 'purchase' }> | null }
  | { about: 'customer'; id: string; registered: boolean }
  | { about: 'features'; news: FeaturesNews }
  | { about: 'tier'; news: TierNews };

/**
 * What a change of the shop means here; undefined when nothing. `event` says that a purchase event was written, changed or deleted: what it said
 * before no longer counts. What `feedback` tells of counts for the customer alone, not as demand: the shop's own event of the same visit does that.
 */
export function newsOf(change: ShopChange): News | undefined {
  switch (change.collection) {
    case 'products':
      return { about: 'product', id: change.id, product: change.document };
    case 'customers':
      return { about: 'customer', id: change.id, registered: change.document !== null };
    case 'orders':
      return { about: 'order', news: documentNews(change.id, change.document) };
    case 'events': {
      const event = change.document;
      const purchase = event ? purchaseNews(change.id, event) : undefined;
      if (purchase) return { about: 'event', eventId: change.id, purchase };
      if (!event || change.op === 'u') return { about: 'event', eventId: change.id, purchase: null };
      const interests = interestsOf(event);
      return interests.length > 0 ? { about: 'interest', interests } : undefined;
    }
    case 'feedback': {
      const interest = change.document ? interestOfFeedback(change.document) : undefined;
      return interest && { about: 'feedback', interest };
    }
  }
}
