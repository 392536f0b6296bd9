import { eventTimeOf } from '@laurel/shop';
import type { ShopChange } from '../shop-change.js';

/** Whose data a change of the shop carries, and when what it tells of happened. */
export interface Deed {
  customerId: string;
  at: Date;
}

/**
 * The deed that a change tells of: an order when it was placed, an event when it happened, a customer when they were created (one without
 * `createdAt` at their insertion; read or changed later, before all time). Undefined for products, for
 * feedback that names nobody, and for what was deleted.
 */
export function deedOf(change: ShopChange): Deed | undefined {
  switch (change.collection) {
    case 'products':
      return undefined;
    case 'customers':
      if (!change.document) return undefined;
      return {
        customerId: change.id,
        at: change.document.createdAt ?? (change.op === 'c' ? change.at : new Date(0)),
      };
    case 'orders':
      return change.document ? { customerId: change.document.customerId, at: change.document.placedAt } : undefined;
    case 'events':
      return change.document
        ? { customerId: change.document.user_pseudo_id, at: eventTimeOf(change.document) }
        : undefined;
    case 'feedback':
      return change.document?.user_pseudo_id == null
        ? undefined
        : { customerId: change.document.user_pseudo_id, at: eventTimeOf(change.document) };
  }
}
