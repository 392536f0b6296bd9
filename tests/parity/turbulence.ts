import { type AnyBulkWriteOperation, type Db, Double, Long } from 'mongodb';

interface StoredOrder {
  _id: string;
  customerId: string;
  placedAt: Date;
  status: string;
  currency: string;
  items: { productId: string; name: string; quantity: number; price: Double }[];
}

interface StoredEvent {
  _id: string;
  event_name: string;
  event_timestamp: Long;
  user_pseudo_id: string;
  event_params: { key: string; value: { int_value: number } }[];
  items?: { item_id: string; item_name: string; price: Double; quantity: number }[];
  ecommerce?: { transaction_id: string; purchase_revenue?: Double };
}

const MINUTE_MS = 60_000;
const PURCHASES = 240;

/**
 * What happens to a shop after the fact: orders are cancelled, changed and deleted, events are deleted and move to other sessions and
 * customers, purchases come without an order, and orders come after their purchase. Gives how many changes that made.
 */
export async function disturb(shop: Db, now: Date): Promise<number> {
  const orders = await idsOf(shop, 'orders');
  const events = await idsOf(shop, 'events');
  const customers = await idsOf(shop, 'customers');
  const orderWrites: AnyBulkWriteOperation<StoredOrder>[] = [
    ...every(50, 0, orders).map(_id => ({ updateOne: { filter: { _id }, update: { $set: { status: 'cancelled' } } } })),
    ...every(37, 1, orders).map(_id => ({
      updateOne: { filter: { _id }, update: { $inc: { 'items.0.quantity': 3 } } },
    })),
    ...every(61, 2, orders).map(_id => ({ deleteOne: { filter: { _id } } })),
    ...latePurchases(customers, now).flatMap(({ ecommerce, user_pseudo_id, event_timestamp }, at) =>
      ecommerce && at % 2 === 0
        ? [{ insertOne: { document: lateOrder(ecommerce.transaction_id, user_pseudo_id, event_timestamp, at) } }]
        : [],
    ),
  ];
  const eventWrites: AnyBulkWriteOperation<StoredEvent>[] = [
    ...every(71, 0, events).map(_id => ({ deleteOne: { filter: { _id } } })),
    ...every(83, 1, events).map((_id, at) => ({
      updateOne: {
        filter: { _id },
        update: { $set: { 'event_params.$[param].value.int_value': 1_000 + (at % 7) } },
        arrayFilters: [{ 'param.key': 'ga_session_id' }],
      },
    })),
    ...every(97, 2, events).map((_id, at) => ({
      updateOne: {
        filter: { _id },
        update: { $set: { user_pseudo_id: customers[at % customers.length] ?? 'nobody' } },
      },
    })),
    ...every(89, 3, events).map(_id => ({
      updateOne: {
        filter: { _id },
        update: { $inc: { 'event_params.$[param].value.int_value': 17 } },
        arrayFilters: [{ 'param.key': 'engagement_time_msec' }],
      },
    })),
  ];
  const purchases = latePurchases(customers, now).map(document => ({ insertOne: { document } }));
  const written = [
    await shop.collection<StoredEvent>('events').bulkWrite([...purchases, ...eventWrites], { ordered: false }),
    await shop.collection<StoredOrder>('orders').bulkWrite(orderWrites, { ordered: false }),
    await shop.collection<{ _id: string }>('customers').bulkWrite(
      every(101, 0, customers).map(_id => ({ deleteOne: { filter: { _id } } })),
      { ordered: false },
    ),
  ];
  return written.reduce((sum, result) => sum + result.insertedCount + result.modifiedCount + result.deletedCount, 0);
}

/** Purchase events of orders that the shop has no document of, half of them by people unknown until now. */
function latePurchases(customers: readonly string[], now: Date): StoredEvent[] {
  return Array.from({ length: PURCHASES }, (_, at) => ({
    _id: `late-purchase-${at}`,
    event_name: 'purchase',
    event_timestamp: Long.fromNumber((now.getTime() - at * 1440 * MINUTE_MS) * 1000),
    user_pseudo_id: at % 4 < 2 ? `late-visitor-${at % 30}` : (customers[at * 7] ?? 'nobody'),
    event_params: [
      { key: 'ga_session_id', value: { int_value: 77_000 + at } },
      { key: 'engagement_time_msec', value: { int_value: 100 + at } },
    ],
    items: [{ item_id: '85048', item_name: 'Glass ball', price: new Double(6.95), quantity: 1 + (at % 5) }],
    ecommerce: {
      transaction_id: `late-order-${at - (at % 3 === 1 ? 1 : 0)}`,
      ...(at % 5 !== 0 && { purchase_revenue: new Double((at * 137 + 10) / 100) }),
    },
  }));
}

function lateOrder(_id: string, customerId: string, timestamp: Long, at: number): StoredOrder {
  return {
    _id,
    customerId: at % 10 === 0 ? `${customerId}-after-all` : customerId,
    placedAt: new Date(timestamp.toNumber() / 1000 + MINUTE_MS),
    status: at % 8 === 0 ? 'refunded' : 'paid',
    currency: 'GBP',
    items: [{ productId: '85048', name: 'Glass ball', quantity: 2, price: new Double(1.15 + at / 100) }],
  };
}

async function idsOf(shop: Db, collection: string): Promise<string[]> {
  const found = shop.collection<{ _id: string }>(collection).find({}, { projection: { _id: 1 }, sort: { _id: 1 } });
  return (await found.toArray()).map(({ _id }) => _id);
}

function every<T>(step: number, from: number, list: readonly T[]): T[] {
  return list.filter((_, at) => at % step === from);
}
