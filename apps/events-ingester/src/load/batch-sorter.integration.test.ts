import {
  bsonToExtendedJson,
  ChangeEncoder,
  ErasedCustomers,
  type ReceivedMessage,
  recordOf,
  SequenceFilter,
  Sequence,
  Topics,
} from '@laurel/change-log';
import { SHOP_COLLECTIONS, type ShopCollection } from '@laurel/shop';
import { DuckDbWarehouse, type Warehouse } from '@laurel/warehouse';
import fc from 'fast-check';
import { BSON, Decimal128, Double, Int32, Long, MongoClient, ObjectId } from 'mongodb';
import { isUtf8 } from 'node:buffer';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { sortBatch } from './batch-sorter.js';

const topics = new Topics('laurel', 'shop');
const encoder = new ChangeEncoder('laurel');

let folder: string;
let mongo: MongoClient;
let erased: ErasedCustomers;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-sort-'));
  mongo = await new MongoClient(inject('mongodbUri')).connect();
  erased = new ErasedCustomers(mongo.db(`sort-${process.pid}`));
});
afterAll(async () => {
  await mongo.db(`sort-${process.pid}`).dropDatabase();
  await mongo.close();
  await rm(folder, { recursive: true });
});

/** The message of a change that leaves a document so. */
function messageOf(
  collection: ShopCollection,
  document: Readonly<Record<string, unknown>>,
  number: number,
): ReceivedMessage {
  const after = bsonToExtendedJson(BSON.serialize(document));
  const id = bsonToExtendedJson(BSON.serialize({ id: document['_id'] })).slice('{"id":'.length, -1);
  const seq = Sequence.ofChunk(1, number);
  const change = {
    database: 'shop',
    collection,
    op: 'u' as const,
    id,
    eventId: `event-${number}`,
    seq,
    epoch: 1,
    before: number % 2 === 0 ? null : after,
    after,
    snapshot: false,
    clusterTimeMs: 1_772_359_200_000,
    ord: 1,
    updateDescription: { removedFields: ['a'], updatedFields: after, truncatedArrays: [{ field: 'b', size: 2 }] },
    ...(number % 3 === 0 ? {} : { wallTimeMs: 1_772_359_200_123 + number }),
  };
  const [message] = encoder.encode(change, 1_772_359_200_456);
  return received(number, String(message?.key), String(message?.value), message?.headers);
}

function received(
  number: number,
  key: string,
  value: string | Buffer,
  headers: ReceivedMessage['headers'] = { ce_id: `event-${number}`, 'x-seq': Sequence.ofChunk(1, number) },
): ReceivedMessage {
  const message = { key: Buffer.from(key), value: Buffer.from(value), headers };
  return {
    ...message,
    offset: BigInt(number),
    timestampMs: 0,
    record: recordOf(message),
    header: name => headers[name],
  };
}

/** A warehouse that packs, and one that reads all the general way. */
class BothWays implements AsyncDisposable {
  private static opened = 0;
  private next: bigint | null = null;

  private constructor(
    private readonly packing: DuckDbWarehouse,
    private readonly general: DuckDbWarehouse,
  ) {}

  static async open(): Promise<BothWays> {
    const path = join(folder, String(BothWays.opened++));
    return new BothWays(
      await DuckDbWarehouse.open({ path: `${path}-packing`, threads: 1 }),
      await DuckDbWarehouse.open({ path: `${path}-general`, threads: 1 }),
    );
  }

  /** Stores messages both ways, expects the same of both, and gives the rows and how many were packed. */
  async store(collection: ShopCollection, messages: readonly ReceivedMessage[]) {
    const topic = topics.changes(collection);
    const batch = { topic, partition: 3, messages, endOffset: 0n };
    const options = { topics, from: 0n, erased };
    const packing = await sortBatch(batch, { ...options, filter: new SequenceFilter(), warehouse: this.packing });
    const others: Pick<Warehouse, 'pack' | 'changelogHas'> = {
      pack: (_collection, all) => ({ chunks: [], others: all }),
      changelogHas: () => Promise.resolve(false),
    };
    const general = await sortBatch(batch, { ...options, filter: new SequenceFilter(), warehouse: others });
    expect(packing.letters.map(({ at: _, ...letter }) => letter)).toEqual(
      general.letters.map(({ at: _, ...letter }) => letter),
    );
    const rejected: string[][] = [];
    for (const [warehouse, { packed, rows }] of [[this.packing, packing] as const, [this.general, general] as const]) {
      const nextOffset = (this.next ?? 0n) + BigInt(messages.length);
      const position = { previousOffset: this.next, nextOffset, highSeq: null };
      const result = await warehouse.append({ topic, partition: 3, packed, rows, position });
      rejected.push(result.rejected.map(({ index, reason }) => `${rows[index]?.eventId} ${reason}`));
    }
    this.next = (this.next ?? 0n) + BigInt(messages.length);
    expect(rejected[0]).toEqual(rejected[1]);
    const stored = await rowsOf(this.packing, collection);
    expect(stored).toEqual(await rowsOf(this.general, collection));
    return { stored, packed: packing.packed.reduce((sum, { rowCount }) => sum + rowCount, 0) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.packing.close(), this.general.close()]);
  }
}

async function rowsOf(warehouse: DuckDbWarehouse, collection: ShopCollection): Promise<Record<string, unknown>[]> {
  const rows = await warehouse.query(
    `SELECT * FROM laurel.${collection}_changelog ORDER BY _kafka_offset, _loaded_at`,
    z.record(z.string(), z.unknown()),
  );
  return rows.map(({ _loaded_at, ...row }) => row);
}

const orders = (id: number, more: Readonly<Record<string, unknown>> = {}) => ({
  _id: `o${id}`,
  customerId: 'c1',
  placedAt: new Date(1_772_359_200_000 + id),
  status: 'paid',
  currency: 'GBP',
  items: [{ productId: 'p1', name: 'Lamp "Sun" \\ größe 😀', quantity: new Int32(2), price: new Double(2.55) }],
  ...more,
});

const documents: { readonly [C in ShopCollection]: (id: number) => Record<string, unknown> } = {
  orders,
  products: id => ({
    _id: new ObjectId(),
    name: `Product ${id}`,
    category: null,
    price: new Double(id + 0.1),
    rating: new Double(4.5),
    stock: new Int32(3),
    active: id % 2 === 0,
    imageUrl: 'https://shop.example.com/größe.png',
  }),
  customers: id => ({
    _id: `c${id}`,
    email: 'a@example.com',
    firstName: 'Zoë\n',
    country: 'GB',
    createdAt: new Date(0),
    consent: { ad_user_data: 'GRANTED', email_marketing: null, updatedAt: new Date(-1) },
  }),
  events: id => ({
    _id: new ObjectId(),
    event_name: 'purchase',
    event_timestamp: Long.fromNumber(1_767_225_600_000_379 + id),
    user_pseudo_id: '1.2',
    event_params: [
      { key: 'ga_session_id', value: { int_value: Long.fromNumber(525_812_330) } },
      { key: 'rate', value: { double_value: new Double(7.109999999999999) } },
    ],
    items: [{ item_id: 'SKU1', price: new Double(75.49), quantity: new Int32(3), colour: 'red' }],
    ecommerce: { transaction_id: 'T1', purchase_revenue: new Double(226.47), unique_items: new Int32(1) },
  }),
};

describe('what the warehouse packs is what it stores of rows', () => {
  it.each(SHOP_COLLECTIONS)('of ordinary %s, which are all packed', async collection => {
    await using both = await BothWays.open();
    const messages = Array.from({ length: 2100 }, (_, number) =>
      messageOf(collection, documents[collection](number), number),
    );
    expect(await both.store(collection, messages)).toMatchObject({ packed: 2100, stored: { length: 2100 } });
  });

  it('of documents with fields never seen before, packed once they have columns', async () => {
    await using both = await BothWays.open();
    const more = {
      note: 'gift',
      weight: new Double(1.5),
      isGift: true,
      due: new Date(5),
      tags: ['a', null],
      of: new ObjectId(),
      'größe x': new Int32(1),
      __v: Long.fromNumber(7),
      nothing: null,
    };
    const first = await both.store('orders', [
      messageOf('orders', orders(0, more), 0),
      messageOf('orders', orders(1), 1),
    ]);
    expect(first.packed).toBe(1);
    const { packed } = await both.store('orders', [
      messageOf('orders', orders(2, more), 2),
      messageOf('orders', orders(3), 3),
    ]);
    expect(packed).toBe(2);
  });

  const scalar = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('"', '\\', '\n', '\t', '\b', '\u0001', '/', 'é', '😀', 'a', '{', '$') }),
    fc.constantFrom<unknown>(null, true, false, '__proto__', new ObjectId(), Decimal128.fromString('19.99')),
    fc.integer().map(value => new Int32(value)),
    fc.maxSafeInteger().map(value => Long.fromNumber(value)),
    fc.double().map(value => new Double(value)),
    fc.integer({ min: -99_999, max: 99_999 }).map(cents => new Double(cents / 100)),
    fc.date({ noInvalidDate: true }),
  );
  const name = fc.constantFrom(
    'price',
    'quantity',
    'productId',
    'name',
    'a',
    'b c',
    'größe',
    '$x',
    '__proto__',
    '7',
    '',
  );
  const { value } = fc.letrec(tie => ({
    value: fc.oneof(
      { maxDepth: 3 },
      scalar,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map(fields => Object.fromEntries(fields)),
    ),
  }));
  const fieldNames: { readonly [C in ShopCollection]: readonly string[] } = {
    orders: ['customerId', 'placedAt', 'status', 'items', 'currency'],
    products: ['name', 'price', 'rating', 'active', 'stock'],
    customers: ['email', 'consent', 'createdAt'],
    events: ['event_timestamp', 'event_params', 'items', 'ecommerce', 'event_name'],
  };

  it.each(SHOP_COLLECTIONS)('of %s with anything in their fields', async collection => {
    await using both = await BothWays.open();
    let number = 0;
    const changed = fc.array(fc.tuple(fc.constantFrom(...fieldNames[collection], 'x', 'y'), value), { maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(fc.array(changed, { minLength: 1, maxLength: 20 }), async changes => {
        const messages = changes.map(fields => {
          number++;
          return messageOf(collection, { ...documents[collection](number), ...Object.fromEntries(fields) }, number);
        });
        await both.store(collection, messages);
      }),
      { numRuns: 20 },
    );
  });

  let unusual: BothWays;
  let next = 0;
  beforeAll(async () => {
    unusual = await BothWays.open();
  });
  afterAll(() => unusual[Symbol.asyncDispose]());
  const valid = messageOf('products', { _id: 'p1', name: 'x', price: new Int32(1) }, 0);
  const text = String(valid.value);
  const document = (after: string) =>
    text.replace(/"after":"(?:[^"\\]|\\.)*"/, () => `"after":${JSON.stringify(after)}`);
  const fields = String.raw`{"_id":"p1","name":"x","price":{"$numberInt":"1"}`;
  it.each<[string, string | Buffer, string?]>([
    ['a field twice', document(`${fields},"name":"y"}`)],
    ['a field twice, then null', document(`${fields},"rating":{"$numberInt":"1"},"rating":null}`)],
    ['a field twice within another', document(`${fields},"z":{"a":"1","a":"2"}}`)],
    ['white space', document(`{ "_id": "p1", "name": "x", "price": 1 }`)],
    ['relaxed numbers', document(`{"_id":"p1","name":"x","price":1.5}`)],
    ['an escaped code unit', document(String.raw`{"_id":"p1","name":"\u0061","price":{"$numberInt":"1"}}`)],
    ['half a surrogate pair', document(String.raw`{"_id":"p1","name":"\ud800","price":{"$numberInt":"1"}}`)],
    ['a number with leading zeros', document(`{"_id":"p1","name":"x","price":{"$numberInt":"01"}}`)],
    ['a number with an exponent', document(`{"_id":"p1","name":"x","price":{"$numberDouble":"1e-7"}}`)],
    ['more decimals than the column', document(`{"_id":"p1","name":"x","price":{"$numberDouble":"0.12345678912"}}`)],
    ['no number', document(`{"_id":"p1","name":"x","price":{"$numberDouble":"NaN"}}`)],
    ['a price below zero', document(`{"_id":"p1","name":"x","price":{"$numberInt":"-1"}}`)],
    ['a missing field', document(`{"_id":"p1","name":"x"}`)],
    ['text behind the document', document(`${fields}} `)],
    ['an unfinished document', document(fields)],
    ['an unfinished message', text.slice(0, -1)],
    ['text behind the message', `${text}1`],
    ['bytes that are no UTF-8', Buffer.from(text.replace('"x', '"\xff'), 'latin1')],
    ['a control character', text.replace('\\"x', '\\"\u0001')],
    ['no op that is known', text.replace('"op":"u"', '"op":"x"')],
    ['a delete', text.replace('"op":"u"', '"op":"d"')],
    ['an image that is missing', text.replace(/"after":"(?:[^"\\]|\\.)*"/, '"after":null')],
    ['a key that is a number', text, '{"id":"{\\"$numberInt\\":\\"7\\"}"}'],
    ['a key with a field more', text, '{"id":"\\"p1\\"","a":1}'],
    ['an unfinished key', text, '{"id":"\\"p1\\""'],
    ['an id that is a number', document(`{"_id":{"$numberInt":"7"},"name":"x","price":{"$numberInt":"1"}}`)],
  ])('of a message with %s', async (_name, changed, key = String(valid.key)) => {
    await unusual.store('products', [
      received(next++, String(valid.key), text),
      received(next++, key, changed),
      received(next++, String(valid.key), text),
    ]);
  });

  it('of a message whose headers are missing, empty, or no UTF-8', async () => {
    const headers: Record<string, string> = { ce_id: 'event-\ud83d\ude00', 'x-seq': Sequence.ofChunk(1, next) };
    const of = (given: Record<string, string>) =>
      received(next++, String(valid.key), text, { ...given, traceparent: '00-1-2-01' });
    const { ce_id: _, ...noId } = headers;
    expect(await unusual.store('products', [of(headers), of(noId), of({ ...headers, ce_id: '' })])).toMatchObject({
      packed: 2,
    });
    const broken = of(headers);
    broken.record.bytes[broken.record.bytes.indexOf('😀')] = 0xff;
    expect((await unusual.store('products', [broken])).packed).toBe(0);
  });

  it('of a message with any bytes in a text, which are packed where they are UTF-8', async () => {
    const bytes = fc.array(
      fc.oneof(
        fc.constantFrom([0x61], [0xc2, 0x80], [0xe2, 0x82, 0xac], [0xf0, 0x9f, 0x98, 0x80], [0xed, 0x9f, 0xbf]),
        fc.constantFrom(
          [0xed, 0xa0, 0x80],
          [0xc0, 0x80],
          [0xe0, 0x9f, 0xbf],
          [0xf0, 0x8f, 0xbf, 0xbf],
          [0xf4, 0x90, 0x80, 0x80],
        ),
        fc.integer({ min: 0x80, max: 0xff }).map(byte => [byte]),
      ),
      { maxLength: 6 },
    );
    const place = text.indexOf('x\\"');
    const [before, after] = [text.slice(0, place), text.slice(place)];
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 30 }), async names => {
        const values = names.map(name =>
          Buffer.concat([Buffer.from(before), Buffer.from(name.flat()), Buffer.from(after)]),
        );
        const messages = values.map(value => received(next++, String(valid.key), value));
        expect((await unusual.store('products', messages)).packed).toBe(values.filter(value => isUtf8(value)).length);
      }),
      { numRuns: 15 },
    );
  });

  it.each<[ShopCollection, (customer: string, at: Date) => Record<string, unknown>]>([
    ['orders', (customerId, placedAt) => orders(next++, { customerId, placedAt })],
    ['customers', (_id, createdAt) => ({ ...documents.customers(0), _id, createdAt })],
    [
      'events',
      (user_pseudo_id, at) => ({
        ...documents.events(next++),
        user_pseudo_id,
        event_timestamp: Long.fromNumber(at.getTime() * 1000),
      }),
    ],
  ])('of %s of customers who were erased: what they did later; all of the others is packed', async (collection, of) => {
    await using both = await BothWays.open();
    const [before, erasedAt, after] = [new Date(1000), new Date(2000), new Date(3000)];
    const gone = [`short-${collection}`, `größer than a cell-${collection}`];
    for (const customer of gone)
      await mongo.withSession(session => session.withTransaction(() => erased.add(customer, erasedAt, session)));
    const others = Array.from({ length: 2100 }, (_, number) => of(`customer ${number}`, before));
    const those = gone.flatMap(customer => [of(customer, before), of(customer, after)]);
    const changes = [...others.slice(0, 7), ...those, ...others.slice(7)];
    const { stored, packed } = await both.store(
      collection,
      changes.map((document, number) => messageOf(collection, document, number)),
    );
    expect(stored).toHaveLength(others.length + gone.length);
    expect(packed).toBe(others.length);
  });
});
