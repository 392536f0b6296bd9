import { describe, expect, it } from 'vitest';
import { parseMapping, ShopMappingError } from './mapping-file.js';

function problemsOf(yaml: string): readonly string[] {
  try {
    parseMapping(yaml, 'laurel.yaml');
  } catch (error) {
    if (error instanceof ShopMappingError) return error.problems;
    throw error;
  }
  return [];
}

const orders = (lines: string) => `collections:\n  orders:\n${lines.replaceAll(/^/gm, '    ')}\n`;

describe('the mapping file', () => {
  it('may be empty, or say nothing of a collection', () => {
    expect(parseMapping('', 'f')).toEqual({});
    expect(parseMapping('# nothing yet\ncollections:\n  orders:\n', 'f')).toEqual({ collections: { orders: {} } });
  });

  it('takes a path alone for where a field comes from, and false for one that comes from nowhere', () => {
    const yaml = 'collections:\n  events: false\n  products:\n    fields:\n      name: title\n      rating: false\n';
    expect(parseMapping(yaml, 'f')).toEqual({
      collections: {
        events: { omit: true },
        products: { fields: { name: { from: 'title' }, rating: { omit: true } } },
      },
    });
  });

  it.each([
    ['an unknown key', 'shops: 1', ':1:1: the file has no key "shops". Allowed: collections'],
    [
      'another collection',
      'collections:\n  carts: {}',
      ':2:3: collections has no key "carts". Allowed: products, customers, orders, events',
    ],
    [
      'another key of a collection',
      orders('form: Order'),
      ':3:5: collections.orders has no key "form". Allowed: from, fields, others, drop, hash',
    ],
    [
      'another field',
      orders('fields:\n  total: sum'),
      ':4:7: collections.orders.fields has no key "total". Allowed: customerId, placedAt, status, currency, items',
    ],
    [
      'an _id',
      orders('fields:\n  _id: number'),
      'collections.orders.fields._id cannot be mapped: a document is known by its _id',
    ],
    [
      'a number for a path',
      orders('fields:\n  customerId: 5'),
      ':4:7: collections.orders.fields.customerId: 5 is not usable',
    ],
    [
      'a path that is none',
      orders('fields:\n  customerId: a..b'),
      '"a..b" is not usable. Allowed: a field, or a path such as shipping.address.country',
    ],
    [
      'a list for a map',
      orders('fields: [a]'),
      ':3:5: collections.orders.fields: ["a"] is not usable. Allowed: a map of keys and values',
    ],
    [
      'a status that does not exist',
      orders('fields:\n  status:\n    from: state\n    values:\n      complete: payed'),
      ':7:11: collections.orders.fields.status.values.complete: "payed" is not usable. Allowed: placed | paid | shipped | cancelled | refunded',
    ],
    [
      'two sources',
      orders('fields:\n  currency: { from: a, value: EUR }'),
      'Allowed: either from (a path) or value (a constant)',
    ],
    [
      'no source',
      orders('fields:\n  currency: { otherwise: EUR }'),
      'Allowed: either from (a path) or value (a constant)',
    ],
    [
      'false for what must be there',
      orders('fields:\n  customerId: false'),
      'collections.orders.fields.customerId: false is not usable',
    ],
    [
      'a unit of something else',
      orders('fields:\n  placedAt: { from: t, unit: hours }'),
      '"hours" is not usable. Allowed: seconds | milliseconds | microseconds',
    ],
    [
      'a scale of a text',
      orders('fields:\n  currency: { from: c, scale: 2 }'),
      'fields.currency has no key "scale". Allowed: from, value, otherwise, values',
    ],
    [
      'a scale of zero',
      orders('fields:\n  items: { from: l, fields: { price: { from: p, scale: 0 } } }'),
      'items.fields.price.scale: 0 is not usable. Allowed: a number above 0',
    ],
    [
      'lines in a collection of their own',
      orders('fields:\n  items: { collection: order_lines }'),
      'the lines of an order must be an array within it',
    ],
    ['another way to treat others', orders('others: none'), '"none" is not usable. Allowed: keep | drop'],
    ['a system collection', orders('from: system.views'), '"system.views" is not usable'],
    [
      'a dropped _id',
      orders('drop: [_id]'),
      ':3:12: collections.orders.drop: _id cannot be dropped: a document is known by it',
    ],
    ['a hashed part of the _id', orders('hash: [_id.email]'), '_id.email cannot be hashed'],
    [
      'a dropped field that must be there',
      orders('drop: [buyer]\nfields: { customerId: buyer.id }'),
      'buyer cannot be dropped: customerId is taken from it and cannot be missing',
    ],
    [
      'a hashed date',
      orders('hash: [placedAt]'),
      'placedAt cannot be hashed: placedAt is taken from it and cannot be a digest',
    ],
    [
      'a hashed price',
      orders('hash: [lines.cents]\nfields: { items: { from: lines, fields: { price: cents } } }'),
      'lines.cents cannot be hashed: price is taken from it',
    ],
    ['dropped and hashed', orders('drop: [email]\nhash: [email]'), 'email is both dropped and hashed'],
    ['within what is dropped', orders('drop: [buyer, buyer.email]'), 'buyer.email lies within buyer'],
    [
      'one collection for two',
      'collections:\n  orders: { from: customers }',
      ':3:3: collections.customers and orders are both taken from customers'.replace(
        ':3:3: collections.customers and orders',
        'collections.orders and customers',
      ),
    ],
    ['a syntax error', 'collections: [', ':1:15: '],
    ['a key twice', 'collections: {}\ncollections: {}', ':2:1: Map keys must be unique'],
  ])('refuses %s, and says where and what is allowed', (_name, yaml, problem) => {
    const problems = problemsOf(yaml);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^laurel\.yaml:\d+:\d+: /);
    expect(problems[0]).toContain(problem);
  });

  it('names every problem at once', () => {
    const yaml = orders('from: 7\nothers: x\nfields:\n  status: 1\n  placedAt: 2');
    expect(problemsOf(yaml).map(problem => problem.split(':')[1])).toEqual(['3', '4', '6', '7']);
  });
});
