import { BSON, EJSON } from 'bson';
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromExtendedJson } from '../extended-json.js';
import type { ShopCollection } from '../shop-collection.js';
import { parseShopDocument, ShopDocumentError } from '../shop-document.js';
import { ShopMapping } from './shop-mapping.js';

const { Decimal128, Double, Int32, Long, ObjectId, Timestamp, UUID } = BSON;
const SECRET = 'a secret of enough signs';

function translate(yaml: string, source: string, document: object): Record<string, unknown> {
  const text = EJSON.stringify(document, { relaxed: false });
  const translated = ShopMapping.parse(yaml, 'laurel.yaml', SECRET).translationOf(source)?.document(text) ?? text;
  const plain: unknown = fromExtendedJson(JSON.parse(translated));
  return Object.fromEntries(Object.entries(plain ?? {}));
}

function canonical<C extends ShopCollection>(yaml: string, collection: C, source: string, document: object) {
  return parseShopDocument(collection, translate(yaml, source, document));
}

const ORDER = `
collections:
  orders:
    from: Order
    fields:
      customerId: buyer.account
      placedAt: { from: created, unit: seconds }
      status:
        from: state
        values: { complete: paid, processing: placed, 3: refunded }
      currency: { value: EUR }
      items:
        from: lines
        fields:
          productId: sku
          name: title
          quantity: qty
          price: { from: cents, scale: 0.01 }
`;
const buyer = new ObjectId('65f0c1a2b3c4d5e6f7a8b9c0');
const foreignOrder = {
  _id: new ObjectId('65f0c1a2b3c4d5e6f7a8b9c1'),
  note: 'leave at the door',
  state: 'complete',
  created: new Int32(1_772_359_200),
  buyer: { account: buyer, address: { country: 'FR' } },
  lines: [{ sku: new Int32(17), title: 'Lamp', qty: new Int32(2), cents: new Int32(1999), colour: 'red' }],
};

describe('a mapping', () => {
  it("makes a canonical order of a foreign one, and keeps the shop's other fields", () => {
    expect(canonical(ORDER, 'orders', 'Order', foreignOrder)).toEqual({
      _id: '65f0c1a2b3c4d5e6f7a8b9c1',
      note: 'leave at the door',
      status: 'paid',
      placedAt: new Date('2026-03-01T10:00:00Z'),
      buyer: { account: String(buyer), address: { country: 'FR' } },
      items: [{ productId: '17', name: 'Lamp', quantity: 2, price: 19.99, colour: 'red' }],
      customerId: String(buyer),
      currency: 'EUR',
    });
  });

  it('leaves the other fields out where it is told to', () => {
    const dropping = ORDER.replace('from: Order', 'from: Order\n    others: drop');
    expect(canonical(dropping, 'orders', 'Order', foreignOrder)).toEqual({
      _id: '65f0c1a2b3c4d5e6f7a8b9c1',
      status: 'paid',
      placedAt: new Date('2026-03-01T10:00:00Z'),
      items: [{ productId: '17', name: 'Lamp', quantity: 2, price: 19.99 }],
      customerId: String(buyer),
      currency: 'EUR',
    });
  });

  it.each([
    ['a status without a counterpart', { state: 'lost' }, 'status: ', '"lost"'],
    ['no lines', { lines: undefined }, 'items: ', 'expected array'],
    ['lines that are no array', { lines: { a: 1 } }, 'items: ', 'expected array'],
    ['a price that is none', { lines: [{ sku: 'a', qty: 1, cents: 'free' }] }, 'items.0.price: ', 'expected number'],
    ['a date that is none', { created: 'yesterday' }, 'placedAt: ', 'expected date'],
    ['no customer', { buyer: 'Ann' }, 'customerId: ', 'expected string'],
  ])('leaves %s as it is, so that the check of the document names it', (_name, change, field, found) => {
    const check = () => canonical(ORDER, 'orders', 'Order', { ...foreignOrder, ...change });
    expect(check).toThrow(ShopDocumentError);
    expect(check).toThrow(field);
    expect(check).toThrow(found);
  });

  const price = (rule: string, value: unknown) =>
    translate(`collections: { products: { fields: { price: ${rule} } } }`, 'products', { price: value })['price'];
  it.each([
    ['cents', '{ from: price, scale: 0.01 }', new Int32(255), 2.55],
    ['cents as a text', '{ from: price, scale: 0.01 }', '255', 2.55],
    ['cents in 64 bits', '{ from: price, scale: 0.01 }', Long.fromNumber(123_456_789), 1_234_567.89],
    ['a Decimal128', 'price', Decimal128.fromString('19.90'), 19.9],
    ['a scaled Decimal128', '{ from: price, scale: 0.001 }', Decimal128.fromString('19990'), 19.99],
    ['a text', 'price', ' 19.99 ', 19.99],
    ['another text', 'price', 'ask us', 'ask us'],
    ['nothing', '{ from: price, otherwise: 0 }', null, 0],
    ['the first of several', 'price.0.gross', [{ gross: new Double(1.5) }, { gross: 9 }], 1.5],
    ['not a number', '{ from: price, scale: 0.01 }', new Double(NaN), NaN],
  ])('reads a price in %s', (_name, rule, value, expected) => {
    expect(price(rule, value)).toEqual(expected);
  });

  const created = (rule: string, value: unknown) =>
    translate(`collections: { customers: { fields: { createdAt: ${rule} } } }`, 'customers', { t: value })['createdAt'];
  const noon = new Date('2026-03-01T12:00:00Z');
  it.each([
    ['a date', 't', noon, noon],
    ['seconds', '{ from: t, unit: seconds }', new Int32(noon.getTime() / 1000), noon],
    ['milliseconds in a text', '{ from: t, unit: milliseconds }', String(noon.getTime()), noon],
    ['microseconds', '{ from: t, unit: microseconds }', Long.fromNumber(noon.getTime() * 1000), noon],
    ['a text with a zone', 't', '2026-03-01T13:00:00.000+01:00', noon],
    ['a text with a short zone', 't', '2026-03-01 13:00:00 +0100', noon],
    ['a text without a zone, which is UTC', 't', '2026-03-01 12:00', noon],
    ['a day', 't', '2026-03-01', new Date('2026-03-01T00:00:00Z')],
    ["MongoDB's timestamp", 't', new Timestamp({ t: noon.getTime() / 1000, i: 1 }), noon],
    ['an ObjectId', 't', ObjectId.createFromTime(noon.getTime() / 1000), noon],
    ['a number without a unit, which says nothing', 't', new Int32(5), 5],
    ['a time beyond all dates', '{ from: t, unit: seconds }', Long.MAX_VALUE.shiftRight(10), 9007199254740991],
  ])('reads a time from %s', (_name, rule, value, expected) => {
    expect(created(rule, value)).toEqual(expected);
  });

  it('derives what is active from a status, and consent from flags', () => {
    const yaml = `
collections:
  products: { fields: { active: { from: status, values: { live: true }, otherwise: false } } }
  customers:
    fields:
      consent:
        fields:
          email_marketing: { from: marketing.newsletter, values: { true: GRANTED, false: DENIED } }
          updatedAt: marketing.at`;
    expect(translate(yaml, 'products', { status: 'live' })).toEqual({ active: true });
    expect(translate(yaml, 'products', { status: 'draft' })).toEqual({ active: false });
    expect(translate(yaml, 'products', { name: 'x' })).toEqual({ name: 'x', active: false });
    const marketing = { newsletter: true, at: noon };
    expect(translate(yaml, 'customers', { marketing })).toEqual({
      marketing,
      consent: { email_marketing: 'GRANTED', updatedAt: noon },
    });
    expect(translate(yaml, 'customers', { a: 'b' })).toEqual({ a: 'b' });
  });

  it("makes Google Analytics' shape of a plain event", () => {
    const yaml = `
collections:
  events:
    from: track
    fields:
      event_name: { from: type, values: { view: view_item }, otherwise: other }
      event_timestamp: at
      user_pseudo_id: visitor
      event_params:
        fields: { ga_session_id: session, engagement_time_msec: dwell, page: url, score: score }
      items: { from: products, fields: { item_id: id } }`;
    const event = { _id: 1, type: 'view', at: noon, visitor: new UUID('0123e4f2-1b9e-4c62-9f3c-0123456789ab') };
    const details = { session: '42', dwell: new Int32(900), url: '/a', score: new Double(0.5), products: [{ id: 7 }] };
    expect(canonical(yaml, 'events', 'track', { ...event, ...details })).toMatchObject({
      _id: '1',
      event_name: 'view_item',
      event_timestamp: noon.getTime() * 1000,
      user_pseudo_id: '0123e4f2-1b9e-4c62-9f3c-0123456789ab',
      event_params: [
        { key: 'ga_session_id', value: { int_value: 42 } },
        { key: 'engagement_time_msec', value: { int_value: 900 } },
        { key: 'page', value: { string_value: '/a' } },
        { key: 'score', value: { double_value: 0.5 } },
      ],
      items: [{ item_id: '7' }],
    });
  });

  it('leaves out a field that has the name of a canonical one but comes from elsewhere, or is something else', () => {
    const yaml = 'collections: { products: { fields: { name: title, rating: false } } }';
    expect(translate(yaml, 'products', { name: 'internal', title: 'Lamp', rating: { average: 4 } })).toEqual({
      name: 'Lamp',
    });
  });

  it.each([
    ['a text', '"a"', '"a"'],
    ['an ObjectId', '{"$oid":"65f0c1a2b3c4d5e6f7a8b9c1"}', '"65f0c1a2b3c4d5e6f7a8b9c1"'],
    ['a number', '{"$numberInt":"42"}', '"42"'],
    ['the same number as a double', '{"$numberDouble":"42.0"}', '"42"'],
    ['64 bits', '{"$numberLong":"9223372036854775807"}', '"9223372036854775807"'],
    ['a compound', '{"a":{"$numberInt":"1"}}', '{"a":{"$numberInt":"1"}}'],
  ])('writes an id that is %s the same in keys and documents', (_name, id, expected) => {
    const translation = ShopMapping.parse(ORDER, 'f').translationOf('Order');
    expect(translation?.id(id)).toBe(expected);
    expect(translation?.document(`{"_id":${id}}`)).toContain(`{"_id":${expected}`);
  });
});

describe('which collections are captured', () => {
  it('are the four, under their own names, without a file', () => {
    const { collections, sourceNames, translates, fingerprint } = ShopMapping.NONE;
    expect(collections).toEqual(['products', 'customers', 'orders', 'events']);
    expect({ sourceNames, translates, fingerprint }).toEqual({
      sourceNames: collections,
      translates: false,
      fingerprint: undefined,
    });
    expect(ShopMapping.NONE.translationOf('orders')).toBeUndefined();
  });

  it('are those not left out', () => {
    const mapping = ShopMapping.parse(`collections: { events: false, orders: { from: Order } }`, 'f');
    expect(mapping.collections).toEqual(['products', 'customers', 'orders']);
    expect(mapping.sourceNames).toEqual(['products', 'customers', 'Order']);
    expect(mapping.collectionOf('Order')).toBe('orders');
    expect(mapping.collectionOf('orders')).toBeUndefined();
    expect(mapping.collectionOf('events')).toBeUndefined();
    expect(mapping.translationOf('products')).toBeUndefined();
  });

  it('and how is told apart by a fingerprint, the secret included where it counts', () => {
    const of = (yaml: string, secret?: string) => ShopMapping.parse(yaml, 'f', secret).fingerprint;
    const hashed = 'collections: { orders: { hash: [email] } }';
    expect(of('collections: { orders: {} }')).toBeUndefined();
    const all = [of(ORDER), of('collections: { events: false }'), of(hashed, SECRET), of(hashed, `${SECRET}!`)];
    expect(new Set(all).size).toBe(4);
    expect(of(ORDER, SECRET)).toBe(of(`# a comment\n${ORDER}`));
  });
});

describe('the file of a mapping', () => {
  const folder = mkdtempSync(join(tmpdir(), 'laurel-mapping-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('may be missing unless it was named; its secret may be in a file, and is long enough', () => {
    const configFile = join(folder, 'none.yaml');
    expect(ShopMapping.read({ configFile, configGiven: false })).toBe(ShopMapping.NONE);
    expect(() => ShopMapping.read({ configFile, configGiven: true })).toThrow(
      /LAUREL_CONFIG=".*none.yaml" is not usable/,
    );
    const hashing = file('laurel.yaml', 'collections: { customers: { hash: [email] } }');
    const read = (hashSecret?: string) => ShopMapping.read({ configFile: hashing, configGiven: true, hashSecret });
    expect(() => read()).toThrow('Set LAUREL_HASH_SECRET');
    expect(() => read('short')).toThrow('LAUREL_HASH_SECRET has 5 signs. Allowed: 16 or more');
    expect(read(file('secret', `${SECRET}\n`)).fingerprint).toBe(read(SECRET).fingerprint);
    rmSync(folder, { recursive: true });
  });
});

const word = fc.string({ unit: 'grapheme', maxLength: 12 }).filter(text => !text.includes('\0'));
const name = word.filter(text => !text.startsWith('$') && text !== '__proto__' && text !== '');
const leaf = fc.oneof(
  word,
  fc.boolean(),
  fc.constant(null),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(value => new Int32(value)),
  fc.double().map(value => new Double(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(value => Long.fromBigInt(value)),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map(bytes => new ObjectId(bytes)),
  fc.date({ noInvalidDate: true }),
);
const anything = fc.letrec<{ value: unknown; document: Record<string, unknown> }>(tie => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('document')),
  document: fc.dictionary(name, tie('value'), { maxKeys: 5 }),
})).document;
const amount = fc.double({ min: 0, max: 1e9, noNaN: true }).map(value => new Double(value));
const canonicalOrder = fc.record({
  _id: word,
  customerId: word,
  placedAt: fc.date({ noInvalidDate: true }),
  status: fc.constantFrom('placed', 'paid', 'shipped'),
  currency: word,
  items: fc.array(fc.record({ productId: word, name: word, quantity: fc.nat(), price: amount, extra: anything })),
});
const IDENTITY = `
collections:
  orders:
    others: keep
    fields:
      customerId: customerId
      placedAt: placedAt
      status: { from: status }
      currency: currency
      items: { from: items, fields: { productId: productId, price: { from: price }, quantity: quantity, name: name } }
`;

describe('a mapping of each field to itself', () => {
  it('changes no byte of a canonical document, whatever else is in it', () => {
    const translation = ShopMapping.parse(IDENTITY, 'f').translationOf('orders');
    fc.assert(
      fc.property(canonicalOrder, anything, fc.boolean(), (order, others, before) => {
        const document = before ? { ...others, ...order } : { ...order, ...others, ...order };
        const text = EJSON.stringify(document, { relaxed: false });
        expect(translation?.document(text)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

const HIDING = ['plain', 'in.side', 'list.each', 'words'];
const MARK = 'marked-';
const secretWord = fc.uuid().map(id => `${MARK}${id}`);
const hiddenDocument = fc.record({
  _id: word,
  plain: secretWord,
  in: fc.record({ side: secretWord, other: anything }),
  list: fc.array(fc.record({ each: secretWord, kept: word })),
  words: fc.array(secretWord),
  rest: anything,
});
const update = hiddenDocument.map(({ plain, in: { side }, list, words }) => ({
  plain,
  'in.side': side,
  ...(list[0] && { 'list.0': list[0], 'list.1.each': list[0].each }),
  ...(words[0] !== undefined && { 'words.0': words[0], words }),
  'plain.deeper': plain,
  kept: 'kept',
}));

describe('what is dropped or hashed', () => {
  it.each(['drop', 'hash'])('is nowhere in what is sent: %s', action => {
    const yaml = `collections: { customers: { ${action}: [${HIDING.join(', ')}] } }`;
    const translation = ShopMapping.parse(yaml, 'f', SECRET).translationOf('customers');
    fc.assert(
      fc.property(hiddenDocument, update, (document, updatedFields) => {
        const text = EJSON.stringify(document, { relaxed: false });
        const description = {
          updatedFields: EJSON.stringify(updatedFields, { relaxed: false }),
          removedFields: ['plain', 'list.0.each', 'kept'],
          truncatedArrays: [{ field: 'words', size: 1 }],
        };
        const told = translation?.document(text) ?? text;
        const toldUpdate = translation?.update(description);
        expect(told + JSON.stringify(toldUpdate)).not.toContain(MARK);
        const { rest } = EJSON.parse(told, { relaxed: false });
        expect(EJSON.stringify(rest, { relaxed: false })).toBe(EJSON.stringify(document.rest, { relaxed: false }));
        expect(JSON.parse(toldUpdate?.updatedFields ?? '')).toHaveProperty('kept', 'kept');
        expect(toldUpdate?.removedFields).toEqual(action === 'drop' ? ['kept'] : ['plain', 'list.0.each', 'kept']);
        expect(toldUpdate?.truncatedArrays).toHaveLength(action === 'drop' ? 0 : 1);
      }),
    );
  });

  it('is hidden before a field is mapped, and an update of a mapped document is not described', () => {
    const yaml =
      'collections: { customers: { fields: { email: contact.mail }, hash: [contact.mail], drop: [contact.note] } }';
    const document = { contact: { mail: 'a@b.c', note: 'n', since: 1 } };
    expect(translate(yaml, 'customers', document)).toEqual({
      contact: { mail: expect.stringMatching(/^[0-9a-f]{64}$/), since: 1 },
      email: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const description = { updatedFields: '{"contact.mail":"a@b.c"}', removedFields: [], truncatedArrays: [] };
    expect(ShopMapping.parse(yaml, 'f', SECRET).translationOf('customers')?.update(description)).toBeUndefined();
  });

  it('has one digest for a value and its text, another under another secret, and none for null', () => {
    const yaml = 'collections: { customers: { hash: [v] } }';
    const digest = (v: unknown, secret = SECRET) =>
      ShopMapping.parse(yaml, 'f', secret)
        .translationOf('customers')
        ?.document(EJSON.stringify({ v }, { relaxed: false }));
    expect(digest(new Int32(5))).toBe(digest('5'));
    expect(digest(new Double(5))).toBe(digest('5'));
    expect(digest('5', `${SECRET}!`)).not.toBe(digest('5'));
    expect(digest({ a: 1 })).toMatch(/^\{"v":"[0-9a-f]{64}"\}$/);
    expect(digest(null)).toBe('{"v":null}');
  });
});
