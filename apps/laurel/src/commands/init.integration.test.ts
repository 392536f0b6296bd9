import { canonicalFields, ShopMapping } from '@laurel/shop';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, Decimal128, Double, Int32, MongoClient, ObjectId } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { z } from 'zod';
import { initCommand } from './init.js';

const proposalSchema = z.object({
  collections: z.array(
    z.object({
      collection: z.string(),
      from: z.string(),
      confidence: z.enum(['high', 'medium', 'low']),
      fields: z.array(
        z.object({ field: z.string(), from: z.string().nullable(), confidence: z.string(), why: z.string() }),
      ),
      missing: z.array(z.object({ field: z.string(), required: z.boolean() })),
      drop: z.array(z.string()),
      trial: z.object({ documents: z.number(), fit: z.number() }),
    }),
  ),
  missing: z.array(z.object({ collection: z.string() })),
  ignored: z.array(z.object({ collection: z.string(), why: z.string() })),
  file: z.string(),
});

let client: MongoClient;
let folder: string;
const databases: Db[] = [];
beforeAll(async () => {
  client = await MongoClient.connect(inject('mongodbUri'));
  folder = await mkdtemp(join(tmpdir(), 'laurel-init-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  for (const db of databases.splice(0)) await db.dropDatabase();
});
afterAll(async () => {
  await client.close();
  await rm(folder, { recursive: true });
});

function newDatabase(): Db {
  const db = client.db(`init_${randomUUID().slice(0, 8)}`);
  databases.push(db);
  return db;
}

async function run(db: Db, ...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation(text => out.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation(text => err.push(String(text)) > 0);
  const where = ['--mongodb-uri', inject('mongodbUri'), '--database', db.databaseName];
  await initCommand().parseAsync([...where, ...args], { from: 'user' });
  vi.restoreAllMocks();
  return { out: out.join(''), err: err.join('') };
}

async function proposed(db: Db) {
  const { out } = await run(db, '--json');
  const proposal = proposalSchema.parse(JSON.parse(out));
  const of = (name: string) => {
    const found = proposal.collections.find(({ collection }) => collection === name);
    return {
      ...found,
      sources: Object.fromEntries(found?.fields.map(({ field, from }) => [field, from]) ?? []),
    };
  };
  return { ...proposal, of, mapping: ShopMapping.parse(proposal.file, 'proposal') };
}

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** camelCase, ObjectIds, cents, seconds, nested fields. */
async function fillMongooseShop(db: Db): Promise<void> {
  const users = many(40, index => ({
    _id: new ObjectId(),
    contact: { mail: `u${index}@shop.example`, phone: '+49 1' },
    givenName: 'Ann',
    surname: 'Lee',
    address: { country: 'DE', zip: '10115' },
    passwordHash: 'x',
    newsletter: index % 2 === 0,
    createdAt: new Date(1_700_000_000_000 + index),
    __v: 0,
  }));
  const products = many(30, index => ({
    _id: new ObjectId(),
    title: { en: `Lamp ${index}`, de: `Lampe ${index}` },
    priceCents: new Int32(995 + index * 100),
    type: 'Lighting',
    status: index % 5 === 0 ? 'draft' : 'live',
    images: [{ src: 'x' }],
  }));
  const orders = many(200, index => ({
    _id: new ObjectId(),
    user: users[index % users.length]?._id,
    createdAt: new Int32(1_700_000_000 + index * 3600),
    state: ['complete', 'processing', 'canceled', 'delivered'][index % 4],
    payment: { currency: 'EUR', method: 'card' },
    lineItems: many(2, line => ({
      product: products[(index + line) % products.length]?._id,
      title: 'Lamp',
      qty: new Int32(1 + line),
      priceCents: new Int32(995),
    })),
  }));
  await db.collection('User').insertMany(users);
  await db.collection('Product').insertMany(products);
  await db.collection('Order').insertMany(orders);
  await db.collection('Session').insertMany(many(10, index => ({ sid: `${index}`, data: {} })));
}

/** snake_case, numbers for ids, dates and prices as texts, lines in a collection of their own. */
async function fillRelationalShop(db: Db): Promise<void> {
  const id = <T extends object>(rows: T[]) => rows.map((row, index) => ({ _id: new Int32(index + 1), ...row }));
  await db.collection<{ _id: Int32 }>('shop_customers').insertMany(
    id(
      many(20, index => ({
        email: `c${index}@shop.example`,
        first_name: 'A',
        last_name: 'B',
        date_created: '2025-05-01T10:00:00Z',
      })),
    ),
  );
  await db.collection<{ _id: Int32 }>('shop_articles').insertMany(
    id(
      many(20, index => ({
        name: `A${index}`,
        price: `${index}.95`,
        category_name: 'Tea',
        stock_level: new Int32(4),
      })),
    ),
  );
  await db.collection<{ _id: Int32 }>('shop_orders').insertMany(
    id(
      many(50, index => ({
        customer_id: new Int32(1 + (index % 20)),
        order_date: '2025-06-01 12:00:00',
        order_status: ['paid', 'zurückgestellt'][index % 2],
        total: '19.90',
      })),
    ),
  );
  await db.collection<{ _id: Int32 }>('shop_order_items').insertMany(
    id(
      many(50, index => ({
        order_id: new Int32(index + 1),
        article_id: new Int32(1),
        quantity: new Int32(1),
        price: '9.95',
      })),
    ),
  );
  await db.createCollection('shop_stats', { viewOn: 'shop_orders', pipeline: [] });
}

/** Laurel's own shape, but for an old name of the orders and a Decimal128. */
async function fillCanonicalShop(db: Db): Promise<void> {
  const text = <T extends object>(rows: T[], prefix: string) =>
    rows.map((row, index) => ({ _id: `${prefix}${index}`, ...row }));
  const collection = (name: string) => db.collection<{ _id: string }>(name);
  await collection('products').insertMany(
    text(
      many(20, index => ({ name: `P${index}`, category: 'Tea', price: Decimal128.fromString('2.55'), active: true })),
      'p',
    ),
  );
  await collection('customers').insertMany(
    text(
      many(20, () => ({ email: 'a@shop.example', country: 'GB', createdAt: new Date() })),
      'c',
    ),
  );
  await collection('purchases').insertMany(
    text(
      many(30, index => ({
        customerId: `c${index % 20}`,
        placedAt: new Date(),
        status: 'paid',
        currency: 'GBP',
        items: [{ productId: `p${index % 20}`, name: 'P', quantity: 2, price: new Double(2.55) }],
      })),
      'o',
    ),
  );
  await collection('events').insertMany(
    text(
      many(30, index => ({
        event_name: 'page_view',
        event_timestamp: new Double(1_760_000_000_000_000 + index),
        user_pseudo_id: `c${index % 20}`,
        event_params: [{ key: 'ga_session_id', value: { int_value: 7 } }],
      })),
      'e',
    ),
  );
}

describe('laurel init', () => {
  it('finds its way in a shop of nested fields, ObjectIds, cents and seconds', async () => {
    const db = newDatabase();
    await fillMongooseShop(db);
    const { of, mapping, missing, ignored, file } = await proposed(db);
    expect(of('customers')).toMatchObject({ from: 'User', drop: ['passwordHash'], trial: { documents: 40, fit: 40 } });
    expect(of('customers').sources).toEqual({
      email: 'contact.mail',
      phone: 'contact.phone',
      firstName: 'givenName',
      lastName: 'surname',
      country: 'address.country',
      postalCode: 'address.zip',
      'consent.email_marketing': 'newsletter',
      createdAt: 'createdAt',
    });
    expect(of('products')).toMatchObject({ from: 'Product', trial: { fit: 30 } });
    expect(of('products').sources).toMatchObject({
      name: 'title.en',
      price: 'priceCents',
      category: 'type',
      active: 'status',
    });
    expect(of('orders')).toMatchObject({
      from: 'Order',
      confidence: 'high',
      missing: [],
      trial: { documents: 200, fit: 200 },
    });
    expect(of('orders').sources).toEqual({
      customerId: 'user',
      placedAt: 'createdAt',
      status: 'state',
      currency: 'payment.currency',
      items: 'lineItems',
      'items.productId': 'product',
      'items.name': 'title',
      'items.quantity': 'qty',
      'items.price': 'priceCents',
    });
    expect(file).toMatch(/customerId: user # high: .*100 % of the sampled values are _ids of customers/);
    expect(file).toMatch(/status: \{.*complete: paid.*\}/);
    expect(file).toMatch(/placedAt: \{ from: createdAt, unit: seconds \}/);
    expect(missing).toEqual([{ collection: 'events' }]);
    expect(ignored).toEqual([{ collection: 'Session', why: expect.any(String) }]);
    expect(mapping.sourceNames).toEqual(['Product', 'User', 'Order']);
  });

  it('says what it cannot find or understand in a shop copied from tables', async () => {
    const db = newDatabase();
    await fillRelationalShop(db);
    const { of, ignored, file } = await proposed(db);
    expect(of('customers')).toMatchObject({ from: 'shop_customers', trial: { fit: 20 } });
    expect(of('products')).toMatchObject({ from: 'shop_articles', trial: { fit: 20 } });
    expect(of('products').sources).toMatchObject({ price: 'price', category: 'category_name', stock: 'stock_level' });
    expect(of('orders')).toMatchObject({ from: 'shop_orders', trial: { documents: 50, fit: 0 } });
    expect(of('orders').sources).toMatchObject({
      customerId: 'customer_id',
      placedAt: 'order_date',
      status: 'order_status',
    });
    expect(of('orders').missing).toEqual([
      expect.objectContaining({ field: 'currency', required: true }),
      expect.objectContaining({ field: 'items', required: true }),
    ]);
    expect(file).toContain('MISSING, needed: items. the lines of an order must be an array within it');
    expect(file).toContain('not understood: "zurückgestellt"');
    expect(Object.fromEntries(ignored.map(({ collection, why }) => [collection, why]))).toEqual({
      shop_order_items: expect.stringContaining('the lines of orders'),
      shop_stats: expect.stringContaining('view'),
    });
  });

  it('has next to nothing to say of a shop that has the shape already', async () => {
    const db = newDatabase();
    await fillCanonicalShop(db);
    const { of, mapping, missing } = await proposed(db);
    expect(missing).toEqual([]);
    for (const collection of ['products', 'customers', 'events'] as const) {
      expect(of(collection)).toMatchObject({ from: collection, confidence: 'high', missing: [] });
      expect(of(collection).trial?.fit).toBe(of(collection).trial?.documents);
      expect(mapping.translationOf(collection), collection).toBeUndefined();
      for (const [field, from] of Object.entries(of(collection).sources)) expect(from).toBe(field);
    }
    expect(of('orders')).toMatchObject({ from: 'purchases', trial: { fit: 30 } });
    const required = Object.entries(canonicalFields('orders')).flatMap(([name, field]) =>
      field.required ? [name] : [],
    );
    expect(Object.keys(of('orders').sources)).toEqual(expect.arrayContaining(required));
  });

  it('writes the file, but over another one only when forced to', async () => {
    const db = newDatabase();
    await fillCanonicalShop(db);
    const path = join(folder, 'laurel.yaml');
    await writeFile(path, 'precious');
    const refused = await run(db, '--write', path);
    expect(refused.err).toContain('is there already. Name another file, or write over it with --force');
    expect(process.exitCode).toBe(1);
    expect(await readFile(path, 'utf8')).toBe('precious');
    process.exitCode = undefined;
    const { out } = await run(db, '--write', path, '--force');
    expect(out).toMatch(/orders +purchases/);
    expect(out).toContain(`${path} is written`);
    expect(ShopMapping.parse(await readFile(path, 'utf8'), path).sourceOf('orders')).toBe('purchases');
  });

  it('names what the server has where the database is empty', async () => {
    const other = newDatabase();
    await fillCanonicalShop(other);
    const { err } = await run(newDatabase());
    expect(err).toMatch(/holds no collections: name the shop's with --database\. The server has .*init_/);
    expect(process.exitCode).toBe(1);
  });
});
