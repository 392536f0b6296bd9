import type { Db } from 'mongodb';
import type { EventDocument, OrderDocument } from './small-shop.js';

/** What the feature service must say of a customer. */
export interface ExpectedFeatures {
  session_count: number;
  total_time_spend_by_user_in_msec: number;
  average_order_value: number;
  no_of_orders: number;
}

/** Computes every customer's features straight from the shop's collections, in whole pence, independently of Laurel. */
export async function expectedFeatures(shop: Db): Promise<Map<string, ExpectedFeatures>> {
  const sessions = new Map<string, Set<number>>();
  const timeMsec = new Map<string, number>();
  const pence = new Map<string, number[]>();
  for await (const event of shop.collection<EventDocument>('events').find()) {
    const param = (key: string) => event.event_params.find(candidate => candidate.key === key)?.value.int_value ?? 0;
    const user = event.user_pseudo_id;
    sessions.set(user, (sessions.get(user) ?? new Set()).add(param('ga_session_id')));
    timeMsec.set(user, (timeMsec.get(user) ?? 0) + param('engagement_time_msec'));
  }
  for await (const order of shop.collection<OrderDocument>('orders').find()) {
    if (order.status === 'cancelled' || order.status === 'refunded' || !Array.isArray(order.items)) continue;
    const value = order.items.reduce((sum, item) => sum + Math.round(item.price * 100) * item.quantity, 0);
    pence.set(order.customerId, [...(pence.get(order.customerId) ?? []), value]);
  }
  const ids = (
    await shop
      .collection<{ _id: string }>('customers')
      .find({}, { projection: { _id: 1 } })
      .toArray()
  ).map(({ _id }) => _id);
  return new Map(
    ids.map(id => {
      const orders = pence.get(id) ?? [];
      const total = orders.reduce((sum, value) => sum + value, 0);
      return [
        id,
        {
          session_count: sessions.get(id)?.size ?? 0,
          total_time_spend_by_user_in_msec: timeMsec.get(id) ?? 0,
          average_order_value: orders.length === 0 ? 0 : total / 100 / orders.length,
          no_of_orders: orders.length,
        },
      ];
    }),
  );
}
