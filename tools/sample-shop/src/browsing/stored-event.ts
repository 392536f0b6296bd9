import { Double, Long } from 'mongodb';
import type { StoredDocument } from '@laurel/order-import';
import type { SampleEvent } from './session-events.js';

/** An event as MongoDB takes it: the time a 64-bit integer, money doubles, whole numbers too, so that the type of a field never varies. */
export function storedEvent(event: SampleEvent): StoredDocument {
  return {
    ...event,
    event_timestamp: Long.fromNumber(event.event_timestamp),
    ...(event.items && {
      items: event.items.map(item => ({ ...item, ...(item.price != null && { price: new Double(item.price) }) })),
    }),
    ...(event.ecommerce && {
      ecommerce: { ...event.ecommerce, purchase_revenue: new Double(event.ecommerce.purchase_revenue ?? 0) },
    }),
  };
}
