import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  ChangeEncoder,
  partitionOf,
  PARTITIONS,
  Sequence,
  type ChangeOperation,
  type Topics,
} from '@laurel/change-log';
import { freePort, startApp, type RunningApp, type Scope } from '@laurel/service';
import type { Order, Product, ShopCollection } from '@laurel/shop';
import { TestHome } from '@laurel/test-home';
import { BSON } from 'mongodb';
import { recommender, type RecommenderResources } from '../index.js';

const READY_WITHIN_MS = 30_000;

/** A GraphQL answer with its HTTP status and its text as it came. */
export interface Reply {
  status: number;
  data: Record<string, never> | null | undefined;
  errors: readonly { message: string; extensions: { code: string; argument?: string } }[];
  text: string;
}

/** A list with every part that {@link LIST} asks for. */
export interface ListReply {
  requestId: string;
  model: { name: string; version: string; trainedAt: string };
  items: {
    rank: number;
    score: number;
    product: { id: string; name: string; price: number };
    reason: { kind: string; text: string; because: { id: string }[] };
  }[];
}

/** What tests ask of a list. */
export const LIST =
  'requestId model { name version trainedAt } items { rank score product { id name price } reason { kind text because { id } } }';

export const product = (id: string, rest: Partial<Product> = {}): Product => ({
  _id: id,
  name: `Product ${id}`,
  category: 'tea',
  price: 5,
  ...rest,
});

export const order = (
  id: string,
  customerId: string,
  productIds: string[],
  status: Order['status'] = 'placed',
): Order => ({
  _id: id,
  customerId,
  placedAt: new Date(Date.now() - 3_600_000),
  status,
  currency: 'GBP',
  items: productIds.map(productId => ({ productId, quantity: 1, price: 5 })),
});

/**
 * The recommender on real servers, in a database and under a topic prefix of its own, with a small shop: products a to e and one that is gone;
 * ann bought a and b, bob and cy b and c.
 */
export class RecommenderUnderTest {
  private sequence = 0;

  private constructor(
    private readonly home: TestHome,
    readonly running: RunningApp,
  ) {}

  static async start(mongodbUri: string, kafkaBrokers: string): Promise<RecommenderUnderTest> {
    const home = await TestHome.open(
      { mongodbUri, kafkaBrokers },
      { RECOMMENDER_PORT: String(await freePort()), LOG_LEVEL: 'silent' },
    );
    const shop = new RecommenderUnderTest(home, await startApp(recommender, home.resources));
    for (const id of ['a', 'b', 'c', 'd', 'e']) await shop.change('products', 'r', product(id));
    await shop.change('products', 'r', product('gone', { active: false }));
    await shop.change('orders', 'r', order('o1', 'ann', ['a', 'b']));
    await shop.change('orders', 'r', order('o2', 'bob', ['b', 'c']));
    await shop.change('orders', 'r', order('o3', 'cy', ['b', 'c']));
    await until(async () => {
      const trending = (await shop.idsOf('trendingProducts(first: 100)')).join();
      return trending === 'b,c,a,d,e' && (await shop.ready());
    });
    return shop;
  }

  /** Starts a second replica on the same data; the caller closes it. */
  async replica(): Promise<RunningApp> {
    const { settings } = this.resources;
    const ports = { ...settings.ports, recommender: await freePort() };
    const replica = await startApp(recommender, { ...this.resources, settings: { ...settings, ports } });
    await until(async () => (await fetch(`${replica.url}/health/ready`)).status === 200);
    return replica;
  }

  get resources(): RecommenderResources {
    return this.home.resources;
  }

  get topics(): Topics {
    return this.home.topics;
  }

  async stop(): Promise<void> {
    await this.running.close();
    await this.home.remove();
  }

  async ready(): Promise<boolean> {
    return (await fetch(`${this.running.url}/health/ready`)).status === 200;
  }

  keyOf(scope: Scope): string {
    return this.home.key(scope);
  }

  /** Puts a change of the shop into the log, as capture does. */
  async change(collection: ShopCollection, op: ChangeOperation, document: { _id: string }): Promise<void> {
    const id = JSON.stringify(document._id);
    const event = {
      database: 'shop',
      collection,
      op,
      id,
      eventId: randomUUID(),
      seq: Sequence.ofChunk(1, ++this.sequence),
      epoch: 1,
      before: null,
      after: op === 'd' ? null : BSON.EJSON.stringify(document, { relaxed: false }),
      snapshot: op === 'r',
      clusterTimeMs: Date.now(),
      ord: 1,
    };
    const partition = partitionOf(ChangeEncoder.keyOf(id), PARTITIONS);
    const messages = new ChangeEncoder('laurel').encode(event, Date.now());
    await this.resources.transport.send(this.topics.changes(collection), partition, messages);
  }

  /** Puts a message of another service into the log; null says that the customer is gone. */
  async publish(topic: string, key: string, value: object | null): Promise<void> {
    const message = { key, value: value === null ? null : JSON.stringify(value) };
    await this.resources.transport.send(topic, partitionOf(key, PARTITIONS), [message]);
  }

  async graphql(
    query: string,
    variables: object = {},
    { url = this.running.url, key = this.keyOf('storefront') } = {},
  ): Promise<Reply> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    const { data, errors = [] }: Pick<Reply, 'data' | 'errors'> = JSON.parse(text);
    return { status: response.status, data, errors, text };
  }

  /** The list that one root query gives; throws when it gives errors. */
  async list(call: string): Promise<ListReply> {
    const { data, errors, text } = await this.graphql(`{ list: ${call} { ${LIST} } }`);
    const list = data?.['list'];
    if (errors.length > 0 || list === undefined) throw new Error(text);
    return list;
  }

  async idsOf(call: string): Promise<string[]> {
    return (await this.list(call)).items.map(entry => entry.product.id);
  }
}

async function until(met: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await met())) {
    if (Date.now() > deadline) throw new Error('not ready in time');
    await pause(30);
  }
}
