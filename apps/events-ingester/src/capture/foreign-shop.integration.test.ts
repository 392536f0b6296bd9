import {
  DeadLetters,
  decodeChange,
  type LogMessage,
  type LogTransport,
  openTransport,
  PARTITIONS,
} from '@laurel/change-log';
import { readSettings } from '@laurel/service';
import type { ShopCollection } from '@laurel/shop';
import { BSON } from 'mongodb';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { IngesterProcess } from '../testing/ingester-process.js';
import { TestShop } from '../testing/test-shop.js';

const { Decimal128, ObjectId } = BSON;
const MAPPING = `
collections:
  products:
    from: Article
    fields:
      name: title.en
      price: price
      active: { from: state, values: { live: true }, otherwise: false }
  customers:
    from: User
    fields:
      email: contact.mail
      country: address.country
      createdAt: joined
    hash: [contact.mail]
    drop: [password, contact.phone]
  orders:
    from: Order
    fields:
      customerId: user
      placedAt: { from: at, unit: seconds }
      status: { from: state, values: { complete: paid, returned: refunded } }
      currency: { value: EUR }
      items:
        from: lines
        fields: { productId: article, quantity: qty, price: { from: cents, scale: 0.01 } }
  events: false
`;
const HIDDEN = ['ann@shop.example', 'new@shop.example', '+33 1 23', 'hunter2', 'other-pass'];
const ann = new ObjectId();
const lamp = new ObjectId();
const envelopeSchema = z.object({
  op: z.string(),
  before: z.string().nullable(),
  source: z.object({ collection: z.string() }),
});

describe("a shop of another's making", () => {
  let shop: TestShop;
  let transport: LogTransport;
  let config: string;
  const processes: IngesterProcess[] = [];
  beforeAll(async () => {
    transport = await openTransport(readSettings({ KAFKA_BROKERS: inject('kafkaBrokers') }), pino({ level: 'silent' }));
  });
  afterAll(() => transport.close());
  beforeEach(async () => {
    shop = await TestShop.create({ mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') });
    config = join(shop.folder, 'laurel.yaml');
    await writeFile(config, MAPPING);
    await shop.db
      .collection('Article')
      .insertOne({ _id: lamp, title: { en: 'Lamp' }, price: Decimal128.fromString('19.90'), state: 'live' });
    await shop.db.collection('User').insertOne({
      _id: ann,
      contact: { mail: 'ann@shop.example', phone: '+33 1 23' },
      address: { country: 'FR' },
      password: 'hunter2',
      joined: '2026-01-31T10:00:00Z',
    });
    await shop.db.collection('events').insertOne({ name: 'not captured' });
  });
  afterEach(async () => {
    for (const each of processes.splice(0)) await each.kill();
    await shop.remove();
  });

  const start = () => {
    const ingester = new IngesterProcess({
      ...shop.environment,
      LAUREL_CONFIG: config,
      LAUREL_HASH_SECRET: 'sixteen signs and more',
    });
    processes.push(ingester);
    return ingester;
  };
  const streaming = (ingester: IngesterProcess) => ingester.until(({ state }) => state === 'streaming');
  const finish = async (ingester: IngesterProcess) => {
    const last = await shop.settledAfterWrite();
    await ingester.until(
      ({ state, position, lagMs, lag }) => state === 'streaming' && (position ?? 0) >= last && lagMs === 0 && lag === 0,
    );
    await ingester.stop();
  };
  const order = (id: InstanceType<typeof ObjectId>, state: string) => ({
    _id: id,
    user: ann,
    at: 1_772_359_200,
    state,
    note: 'ring twice',
    lines: [{ article: lamp, qty: 2, cents: 1990 }],
  });
  const messagesOf = async (collection: ShopCollection): Promise<LogMessage[]> => {
    const messages: LogMessage[] = [];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      await transport.readToEnd(shop.topics.changes(collection), partition, async batch => {
        messages.push(...batch.messages);
      });
    }
    return messages;
  };
  const changesOf = async (collection: ShopCollection) =>
    (await messagesOf(collection)).map(message => {
      const change = decodeChange(shop.topics, shop.topics.changes(collection), message);
      return (
        change && { ...change, ...envelopeSchema.parse(JSON.parse(String(message.value))), key: String(message.key) }
      );
    });

  it('comes out of the log in the canonical shape: snapshot, inserts, updates, deletes', async () => {
    const [first, second] = [new ObjectId(), new ObjectId()];
    const orders = shop.db.collection('Order');
    await orders.insertOne(order(first, 'complete'));
    const ingester = start();
    await streaming(ingester);
    await orders.insertOne(order(second, 'complete'));
    await orders.updateOne({ _id: second }, { $set: { state: 'returned', 'lines.0.qty': 3 } });
    await orders.deleteOne({ _id: first });
    await shop.db
      .collection('User')
      .updateOne({ _id: ann }, { $set: { 'contact.mail': 'new@shop.example', password: 'other-pass' } });
    await shop.db.collection('Article').updateOne({ _id: lamp }, { $set: { state: 'sold out' } });
    await finish(ingester);

    const canonical = {
      customerId: String(ann),
      placedAt: new Date('2026-03-01T10:00:00Z'),
      currency: 'EUR',
      note: 'ring twice',
      items: [{ productId: String(lamp), quantity: 2, price: 19.9 }],
    };
    const of = (id: object, changes: Awaited<ReturnType<typeof changesOf>>) =>
      changes
        .filter(change => change?.id === String(id))
        .map(change => change && { op: change.op, document: change.document });
    const changes = await changesOf('orders');
    expect(of(first, changes)).toEqual([
      { op: 'r', document: { _id: String(first), status: 'paid', ...canonical } },
      { op: 'd', document: null },
    ]);
    expect(of(second, changes)).toEqual([
      { op: 'c', document: { _id: String(second), status: 'paid', ...canonical } },
      {
        op: 'u',
        document: {
          _id: String(second),
          ...canonical,
          status: 'refunded',
          items: [{ productId: String(lamp), quantity: 3, price: 19.9 }],
        },
      },
    ]);
    const [deleted] = changes.filter(change => change?.op === 'd');
    expect(deleted).toMatchObject({ key: `{"id":"\\"${String(first)}\\""}`, source: { collection: 'Order' } });
    expect(JSON.parse(deleted?.before ?? '')).toMatchObject({ _id: String(first), status: 'paid' });
    expect(changes).toContain(undefined);

    const digest = expect.stringMatching(/^[0-9a-f]{64}$/);
    const customers = await changesOf('customers');
    expect(customers.map(change => change?.document)).toEqual([
      ...Array.from({ length: 2 }, () => ({
        _id: String(ann),
        email: digest,
        country: 'FR',
        createdAt: new Date('2026-01-31T10:00:00Z'),
        contact: { mail: digest },
        address: { country: 'FR' },
      })),
    ]);
    expect((await changesOf('products')).map(change => change?.document)).toMatchObject([
      { _id: String(lamp), name: 'Lamp', price: 19.9, active: true },
      { _id: String(lamp), name: 'Lamp', price: 19.9, active: false },
    ]);
    expect(await messagesOf('events')).toEqual([]);
    const sent = (await Promise.all([messagesOf('customers'), messagesOf('orders')])).flat();
    const text = sent.map(({ key, value, headers }) => `${key}${value}${JSON.stringify(headers)}`).join('\n');
    for (const hidden of HIDDEN) expect(text).not.toContain(hidden);

    const rows = await shop.readWarehouse(warehouse =>
      warehouse.query(
        'SELECT _key AS key, _op AS op, customerid AS customer, status FROM laurel.orders_changelog ORDER BY _seq',
        z.object({ key: z.string(), op: z.string(), customer: z.string().nullable(), status: z.string().nullable() }),
      ),
    );
    expect(rows).toEqual([
      { key: String(first), op: 'r', customer: String(ann), status: 'paid' },
      { key: String(second), op: 'c', customer: String(ann), status: 'paid' },
      { key: String(second), op: 'u', customer: String(ann), status: 'refunded' },
      { key: String(first), op: 'd', customer: null, status: null },
    ]);
  });

  it('loses no document that cannot be translated: it becomes a dead letter that holds it', async () => {
    const [good, bad] = [new ObjectId(), new ObjectId()];
    await shop.db.collection('Order').insertMany([order(bad, 'lost in the post'), order(good, 'complete')]);
    const ingester = start();
    await streaming(ingester);
    await finish(ingester);
    const letters = await new DeadLetters(transport, shop.topics).list();
    expect(letters).toHaveLength(1);
    expect(letters[0]?.error.message).toContain('status: ');
    expect(letters[0]?.error.message).toContain('found "lost in the post"');
    expect(String(letters[0]?.value)).toContain(String(bad));
    const stored = await shop.readWarehouse(warehouse =>
      warehouse.query('SELECT _key AS key FROM laurel.orders_changelog', z.object({ key: z.string() })),
    );
    expect(stored).toEqual([{ key: String(good) }]);
  });

  it('is read anew when the file has changed, and what the former reading left behind is deleted', async () => {
    const kept = new ObjectId();
    await shop.db.collection('Order').insertOne(order(kept, 'complete'));
    await shop.db.collection('Bestellung').insertOne(order(ann, 'complete'));
    const first = start();
    await streaming(first);
    await finish(first);
    await writeFile(config, MAPPING.replace('from: Order', 'from: Bestellung\n    drop: [note]'));
    const second = start();
    await second.until(({ state, epoch }) => state === 'streaming' && epoch === 2);
    await finish(second);
    const changes = (await changesOf('orders')).flatMap(change => change ?? []);
    expect(changes.map(({ op, id }) => `${op} ${id}`).toSorted()).toEqual(
      [`d ${String(kept)}`, `r ${String(ann)}`, `r ${String(kept)}`].toSorted(),
    );
    expect(changes.find(({ id }) => id === String(ann))?.document).not.toHaveProperty('note');
    const third = start();
    await streaming(third);
    expect(third.report?.epoch).toBe(2);
  });
});
