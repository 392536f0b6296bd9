import type { LoggedCollection } from '@laurel/shop';
import type { Column, ColumnType } from './column.js';

const fields: { readonly [C in LoggedCollection]: Readonly<Record<string, ColumnType>> } = {
  products: {
    name: 'STRING',
    category: 'STRING',
    price: 'NUMERIC',
    rating: 'FLOAT64',
    stock: 'FLOAT64',
    active: 'BOOL',
    imageUrl: 'STRING',
  },
  customers: {
    email: 'STRING',
    phone: 'STRING',
    firstName: 'STRING',
    lastName: 'STRING',
    country: 'STRING',
    postalCode: 'STRING',
    consent: 'JSON',
    createdAt: 'TIMESTAMP',
  },
  orders: {
    customerId: 'STRING',
    placedAt: 'TIMESTAMP',
    status: 'STRING',
    currency: 'STRING',
    items: 'JSON',
  },
  events: {
    event_name: 'STRING',
    event_timestamp: 'INT64',
    user_pseudo_id: 'STRING',
    event_params: 'JSON',
    items: 'JSON',
    ecommerce: 'JSON',
  },
  feedback: {
    event_name: 'STRING',
    event_timestamp: 'INT64',
    user_pseudo_id: 'STRING',
    request_id: 'STRING',
    model_name: 'STRING',
    model_version: 'STRING',
    test_group: 'STRING',
    item_id: 'STRING',
    item_list_name: 'STRING',
    index: 'INT64',
    transaction_id: 'STRING',
  },
};

/** The columns every changelog table of a collection starts with; the document's `_id` is in `_key`. */
export function canonicalColumns(collection: LoggedCollection): Column[] {
  return Object.entries(fields[collection]).map(([field, type]) => ({ field, column: field, type }));
}
