import type { LoggedCollection } from '@laurel/shop';
import type { ChangelogBatch, ChangelogRow, ChangeOperation, PlainDocument } from '../changelog-batch.js';

/** Makes changelog rows with rising sequences and offsets, for tests. */
export class Changes {
  #next = 0;

  put(
    collection: LoggedCollection,
    document: PlainDocument & { _id: string },
    op: ChangeOperation = 'c',
  ): ChangelogRow {
    return this.#row(collection, document._id, op, document);
  }

  delete(collection: LoggedCollection, key: string): ChangelogRow {
    return this.#row(collection, key, 'd', null);
  }

  #row(collection: LoggedCollection, key: string, op: ChangeOperation, document: PlainDocument | null): ChangelogRow {
    const number = this.#next++;
    return {
      collection,
      eventId: `event-${number}`,
      seq: seqOf(number),
      op,
      key,
      sourceTs: new Date(Date.UTC(2026, 0, 1) + number),
      partition: 0,
      offset: BigInt(number),
      document,
    };
  }
}

export function seqOf(number: number): string {
  return `000001/${number.toString(16).padStart(16, '0')}`;
}

/** A batch that leaves the position alone. */
export function loose(...rows: ChangelogRow[]): ChangelogBatch {
  return { topic: 'test.shop.any', partition: 0, rows, position: null };
}

export const product = (id: string, price: number): PlainDocument & { _id: string } => ({
  _id: id,
  name: `Product ${id}`,
  price,
});

export const order = (
  id: string,
  customerId: string,
  items: readonly (readonly [productId: string, quantity: number, price: number])[],
  more: PlainDocument = {},
): PlainDocument & { _id: string } => ({
  _id: id,
  customerId,
  placedAt: new Date('2026-05-01T10:00:00Z'),
  status: 'paid',
  currency: 'GBP',
  items: items.map(([productId, quantity, price]) => ({ productId, quantity, price })),
  ...more,
});

export const purchase = (
  id: string,
  user: string,
  transactionId: string | undefined,
  more: PlainDocument = {},
): PlainDocument & { _id: string } => ({
  _id: id,
  event_name: 'purchase',
  event_timestamp: Date.parse('2026-05-02T10:00:00Z') * 1000,
  user_pseudo_id: user,
  ecommerce: { transaction_id: transactionId },
  ...more,
});

export const visit = (
  id: string,
  user: string,
  session: number | string | null,
  engagementMsec: number | null,
  at = '2026-05-02T10:00:00Z',
): PlainDocument & { _id: string } => ({
  _id: id,
  event_name: 'page_view',
  event_timestamp: Date.parse(at) * 1000,
  user_pseudo_id: user,
  event_params: [
    ...(session === null
      ? []
      : [
          {
            key: 'ga_session_id',
            value: typeof session === 'number' ? { int_value: session } : { string_value: session },
          },
        ]),
    ...(engagementMsec === null ? [] : [{ key: 'engagement_time_msec', value: { int_value: engagementMsec } }]),
  ],
});

/** What a storefront told of product `item` in the answer `request`. */
export const feedback = (
  event_name: 'view_item_list' | 'select_item' | 'add_to_cart' | 'purchase',
  request: string,
  item: string,
  at: string,
  more: PlainDocument = {},
): PlainDocument & { _id: string } => ({
  _id: `${request}/${event_name}/${item}`,
  event_name,
  event_timestamp: Date.parse(at) * 1000,
  request_id: request,
  model_name: 'product_affinity',
  model_version: '1',
  item_id: item,
  item_list_name: 'home',
  index: 1,
  ...more,
});
