import { describe, expect, it } from 'vitest';
import { parseShopDocument, ShopDocumentError } from './shop-document.js';
import type { ShopCollection } from './shop-collection.js';

const order = {
  _id: '536365',
  customerId: '17850',
  placedAt: new Date('2010-12-01T08:26:00Z'),
  status: 'paid',
  currency: 'GBP',
  items: [{ productId: '85123A', name: 'HOLDER', quantity: 6, price: 2.55 }],
};
const product = { _id: '85123A', name: 'HOLDER', price: 2.55 };
const event = { _id: 'e1', event_name: 'purchase', event_timestamp: 1_700_000_000_000_000, user_pseudo_id: '17850' };

function errorOf(collection: ShopCollection, document: Record<string, unknown>): ShopDocumentError {
  try {
    parseShopDocument(collection, document);
  } catch (error) {
    if (error instanceof ShopDocumentError) return error;
    throw error;
  }
  throw new Error('the document was accepted');
}

describe('parseShopDocument', () => {
  it('takes a document of each collection as it is, fields beyond the shape included', () => {
    const documents: [ShopCollection, Record<string, unknown>][] = [
      ['orders', { ...order, note: { gift: true } }],
      ['products', { ...product, stock: 0, active: false, rating: null }],
      ['customers', { _id: '17850', consent: { ad_user_data: 'GRANTED' } }],
      ['events', { ...event, items: [{ item_id: 'x' }], ecommerce: null }],
    ];
    for (const [collection, document] of documents) expect(parseShopDocument(collection, document)).toEqual(document);
  });

  it('makes a text of an _id that is none', () => {
    expect(parseShopDocument('orders', { ...order, _id: 536365 })._id).toBe('536365');
  });

  it.each<[ShopCollection, Record<string, unknown>, string]>([
    ['orders', { ...order, placedAt: '2010-12-01' }, 'placedAt: Invalid input: expected date, received string'],
    [
      'orders',
      { ...order, placedAt: new Date(Number.NaN) },
      'placedAt: Invalid input: expected date, received Date, found Invalid Date',
    ],
    [
      'orders',
      { ...order, status: 'lost' },
      'status: Invalid option: expected one of "placed"|"paid"|"shipped"|"cancelled"|"refunded", found "lost"',
    ],
    [
      'orders',
      { ...order, items: [{ ...order.items[0], quantity: -6 }] },
      'items.0.quantity: Too small: expected number to be >0, found -6',
    ],
    ['orders', { ...order, items: undefined }, 'items: Invalid input: expected array, received undefined'],
    ['products', { ...product, price: -1 }, 'price: Too small: expected number to be >=0, found -1'],
    ['products', { ...product, price: 1e10 }, 'price: Too big: expected number to be <10000000000, found 10000000000'],
    ['products', { ...product, price: Number.NaN }, 'price: Invalid input: expected number, received NaN, found NaN'],
    ['products', { name: 'HOLDER', price: 1 }, '_id: Invalid input: expected string, received undefined'],
    [
      'events',
      { ...event, event_timestamp: 1.5 },
      'event_timestamp: Invalid input: expected int, received number, found 1.5',
    ],
  ])('names the field of %s, what was expected and what was found', (collection, document, issue) => {
    const error = errorOf(collection, document);
    expect(error.issues).toEqual([issue]);
    expect(error.collection).toBe(collection);
    expect(error.message).toContain(issue);
  });

  it('names the document', () => {
    expect(errorOf('orders', { ...order, currency: 5 }).message).toBe(
      'orders "536365" is not usable: currency: Invalid input: expected string, received number, found 5',
    );
  });

  it('shows no text of a person', () => {
    const error = errorOf('customers', {
      _id: 'c1',
      email: ['jane@example.com'],
      phone: { number: '+44 20 7946 0958' },
      createdAt: 'jane',
    });
    expect(error.issues).toHaveLength(3);
    expect(error.message).not.toMatch(/jane|7946/);
  });

  it('stays short however much is wrong', () => {
    const error = errorOf('orders', {
      ...order,
      items: Array.from({ length: 5000 }, () => ({ productId: 1, quantity: 1, price: 1 })),
    });
    expect(error.issues).toHaveLength(11);
    expect(error.issues.at(-1)).toBe('and 4990 more');
  });
});
