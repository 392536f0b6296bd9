import {
  bsonToExtendedJson,
  ChangeEncoder,
  laurelTopics,
  type LogTransport,
  type OutgoingMessage,
  partitionOf,
  PARTITIONS,
  Sequence,
  type Topics,
} from '@laurel/change-log';
import { EmbeddedTrainer, ModelRegistry, type OrderLine } from '@laurel/learning';
import type { Order, Product, ShopCollection } from '@laurel/shop';
import { BSON, type Db } from 'mongodb';

const PER_SEND = 2000;
/** The name of the trained model in the registry. */
export const AFFINITY_MODEL = 'product_affinity';
const NOT_COUNTED = ['cancelled', 'refunded'];

/** Writes a shop's products, customers and orders into the log, as capture's snapshot does. */
export async function fillLog(transport: LogTransport, topics: Topics, orders: readonly Order[]): Promise<void> {
  await transport.ensureTopics(laurelTopics(topics));
  const customers = [...new Set(orders.map(({ customerId }) => customerId))];
  await fillCollection(transport, topics, 'products', productsOf(orders));
  await fillCollection(
    transport,
    topics,
    'customers',
    customers.map(_id => ({ _id })),
  );
  await fillCollection(transport, topics, 'orders', orders);
}

/** Trains as `laurel train affinity` does, and makes the winner live. */
export async function trainAffinity(db: Db, orders: readonly Order[]): Promise<string> {
  const trained = await new EmbeddedTrainer().trainAffinity({ purchases: linesOf(orders) }, { seed: 1 });
  if (trained.kind === 'refused') throw new Error(trained.reason);
  const { winner, artifact, parameters, dataFingerprint, durationMs } = trained;
  const registry = new ModelRegistry(db);
  await registry.prepare();
  const { version } = await registry.register({
    name: AFFINITY_MODEL,
    kind: winner,
    trainer: 'embedded',
    trainedAt: new Date(),
    seed: 1,
    metrics: {},
    artifact,
    parameters,
    dataFingerprint,
    durationMs,
  });
  await registry.promote(AFFINITY_MODEL, version);
  return winner;
}

/** Registers the model that serves once more. Returns both versions, the new one first. */
export async function registerTwin(registry: ModelRegistry): Promise<number[]> {
  const serving = await registry.serving(AFFINITY_MODEL);
  if (!serving) throw new Error('no model serves');
  const record = await registry.get(AFFINITY_MODEL, serving.live);
  const twin = await registry.register({ ...record, artifact: await registry.load(record) });
  return [twin.version, serving.live];
}

function* linesOf(orders: readonly Order[]): Generator<OrderLine> {
  for (const { _id, customerId, placedAt, status, items } of orders) {
    if (NOT_COUNTED.includes(status)) continue;
    for (const { productId, quantity } of items)
      yield { customerId, orderId: _id, orderedAtMs: placedAt.getTime(), productId, quantity };
  }
}

/** The products that orders name, at the price they were last sold for. */
export function productsOf(orders: readonly Order[]): Product[] {
  const products = new Map<string, Product>();
  for (const { items } of orders) {
    for (const { productId, name, price } of items)
      products.set(productId, { _id: productId, name: name ?? productId, category: productId.slice(0, 2), price });
  }
  return [...products.values()];
}

/** Writes documents into the log, as capture's snapshot does. */
export async function fillCollection(
  transport: LogTransport,
  topics: Topics,
  collection: ShopCollection,
  documents: readonly { _id: string }[],
): Promise<void> {
  const encoder = new ChangeEncoder('laurel');
  const nowMs = Date.now();
  for (let from = 0; from < documents.length; from += PER_SEND) {
    const partitions = Array.from({ length: PARTITIONS }, (): OutgoingMessage[] => []);
    for (const [at, document] of documents.slice(from, from + PER_SEND).entries()) {
      const id = JSON.stringify(document._id);
      const seq = Sequence.ofChunk(1, from + at + 1);
      const messages = encoder.encode(
        {
          database: 'shop',
          collection,
          op: 'r',
          id,
          eventId: seq,
          seq,
          epoch: 1,
          before: null,
          after: bsonToExtendedJson(BSON.serialize(document)),
          snapshot: true,
          clusterTimeMs: nowMs,
          ord: 1,
        },
        nowMs,
      );
      partitions[partitionOf(ChangeEncoder.keyOf(id), PARTITIONS)]?.push(...messages);
    }
    await Promise.all(
      partitions.map((messages, partition) => transport.send(topics.changes(collection), partition, messages)),
    );
  }
}
