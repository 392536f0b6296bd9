import { featuresOf, type CustomerFeatures, type FeatureEvent, type FeatureOrder } from './customer-features.js';
import type { FeatureStore } from './feature-store.js';

/** Computes features from the folded state, as of any moment. */
export class FeatureReader {
  constructor(
    private readonly store: FeatureStore,
    private readonly windowDays: number,
  ) {}

  /** Features of those of the customers that are known: from a customer document, an order or an event. */
  async featuresOf(customerIds: readonly string[], asOf: Date): Promise<Map<string, CustomerFeatures>> {
    const ids = [...new Set(customerIds)];
    const [events, orders, documents] = await Promise.all([
      this.eventsOf(ids),
      this.ordersOf(ids),
      this.withDocument(ids),
    ]);
    const features = new Map<string, CustomerFeatures>();
    for (const id of ids) {
      const own = orders.get(id);
      const seen = events.get(id);
      if (!own && !seen && !documents.has(id)) continue;
      features.set(id, featuresOf(seen ?? [], own ?? [], asOf, this.windowDays));
    }
    return features;
  }

  /** From the index alone, without the documents. */
  private async eventsOf(ids: readonly string[]): Promise<Map<string, FeatureEvent[]>> {
    const projection = { _id: 0, customerId: 1, timeMs: 1, sessionId: 1, engagementTimeMsec: 1 };
    const events = new Map<string, FeatureEvent[]>();
    const found = this.store.events.find({ customerId: { $in: [...ids] } }, { projection, batchSize: 20_000 });
    for await (const event of found) listOf(events, event.customerId).push(event);
    return events;
  }

  /** The counted orders of each customer that any order names; a customer whose orders do not count has an empty list. */
  private async ordersOf(ids: readonly string[]): Promise<Map<string, FeatureOrder[]>> {
    const wanted = new Set(ids);
    const orders = new Map<string, FeatureOrder[]>();
    const found = this.store.orders.find(
      { customerIds: { $in: [...ids] } },
      { projection: { customerIds: 1, counted: 1 }, batchSize: 5000 },
    );
    for await (const { customerIds, counted } of found) {
      for (const id of customerIds) if (wanted.has(id)) listOf(orders, id);
      if (counted && wanted.has(counted.customerId)) listOf(orders, counted.customerId).push(counted);
    }
    return orders;
  }

  private async withDocument(ids: readonly string[]): Promise<Set<string>> {
    const found = await this.store.customers.find({ _id: { $in: [...ids] } }).toArray();
    return new Set(found.map(({ _id }) => _id));
  }
}

function listOf<T>(lists: Map<string, T[]>, key: string): T[] {
  let list = lists.get(key);
  if (!list) {
    list = [];
    lists.set(key, list);
  }
  return list;
}
