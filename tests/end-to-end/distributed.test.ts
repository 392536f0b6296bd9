import { setTimeout } from 'node:timers/promises';
import { openWarehouse, type Warehouse } from '@laurel/warehouse';
import { ErasedCustomers, openTransport, Topics } from '@laurel/change-log';
import { backfillWarehouse } from '@laurel/events-ingester';
import { createLogger, readSettings } from '@laurel/service';
import { MongoClient } from 'mongodb';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { LaurelProcess, SECOND_LOAD, type Replica, type Service } from './laurel-process.js';
import { mainJobCases } from './main-job-cases.js';
import { customers, order, type OrderDocument } from './small-shop.js';

const bigquery = inject('bigquery');

const SECOND_OF_EACH: Replica[] = [
  { name: 'feature-service-2', app: 'feature-service', portOffset: 8 },
  { name: 'clustering-service-2', app: 'clustering-service', portOffset: 9 },
  { name: 'recommender-2', app: 'recommender', portOffset: 10 },
];

const BUYER = 'C110';
/** The emulator stores some thousand rows a second at best; what is written must not outrun it. */
const WRITE_EVERY_MS = 100;
/** A process starts, and the group takes it in, within seconds; a busy machine is given more. */
const START_MS = 150_000;

const rowSchema = z.object({ event_id: z.string(), key: z.string(), op: z.string() });

describe.runIf(bigquery)('the main job, by a process for each app with BigQuery', () => {
  if (!bigquery) return;
  const open = (dataset: string): Promise<Warehouse> =>
    openWarehouse({ warehouse: 'bigquery', duckdbPath: '', bigquery: { ...bigquery, dataset } });
  const servers = { mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers'), bigquery };

  mainJobCases(
    () => LaurelProcess.prepare(servers),
    running => {
      it('loses and doubles nothing in BigQuery when one of two processes that load is killed in the middle of writes', async () => {
        const { laurel, shop } = running();
        const orders = shop.collection<OrderDocument>('orders');
        const written: string[] = [];
        let writing = true;
        const write = async (): Promise<void> => {
          for (let round = 0; writing; round++) {
            const buyers = customers.slice((round % 6) * 20, (round % 6) * 20 + 20);
            const batch = buyers.map(({ _id }) => order(`O-load-${round}-${_id}`, _id, new Date(), [round]));
            await orders.insertMany(batch);
            written.push(...batch.map(({ _id }) => _id));
            await setTimeout(WRITE_EVERY_MS);
          }
        };
        const stored = async (of: Service | Replica): Promise<number> =>
          (await laurel.json<{ load: { stored: number } }>(of, '/v1/status', 'admin')).load.stored;
        const storesMore = async (of: Service | Replica): Promise<void> => {
          const before = await laurel.eventually('it answers', async () => ({ rows: await stored(of) }), START_MS);
          await laurel.eventually('it stores', async () => (await stored(of)) > before.rows, START_MS);
        };

        const writes = write();
        try {
          await Promise.all([storesMore('events-ingester'), storesMore(SECOND_LOAD)]);
          await laurel.end('SIGKILL', SECOND_LOAD.name);
          await storesMore('events-ingester');
          laurel.launchReplica(SECOND_LOAD);
          await storesMore(SECOND_LOAD);
        } finally {
          writing = false;
          await writes;
        }
        await laurel.settled();

        const warehouse = await open(laurel.names.laurel);
        try {
          const rows = await warehouse.query(
            'SELECT _event_id AS event_id, _key AS key, _op AS op FROM laurel.orders_changelog',
            rowSchema,
          );
          expect(new Set(rows.map(({ event_id }) => event_id)).size).toBe(rows.length);
          const created = rows.filter(({ key, op }) => op === 'c' && key.startsWith('O-load-')).map(({ key }) => key);
          expect(created.sort()).toEqual(written.sort());
          const inShop = await orders.distinct('_id', { items: { $type: 'array' } });
          const deleted = new Set(rows.filter(({ op }) => op === 'd').map(({ key }) => key));
          const left = new Set(rows.map(({ key }) => key).filter(key => !deleted.has(key)));
          expect([...left].sort()).toEqual(inShop.sort());
        } finally {
          await warehouse.close();
        }
      }, 300_000);

      it('fills an empty dataset from the log by load jobs with the same changes', async () => {
        const { laurel } = running();
        const mongo = new MongoClient(inject('mongodbUri'));
        const erased = new ErasedCustomers(mongo.db(laurel.names.laurel));
        const warehouse = await open(`${laurel.names.laurel}_filled`);
        const streamed = await open(laurel.names.laurel);
        const settings = readSettings({ ...laurel.environment, LOG_LEVEL: 'silent' });
        const logger = createLogger(settings);
        const transport = await openTransport(settings, logger);
        try {
          const topics = new Topics(laurel.names.prefix, laurel.names.shop);
          await backfillWarehouse({ transport, warehouse, topics, erased, logger });
          const eventIds = async (of: Warehouse): Promise<string[]> =>
            (
              await of.query(
                ['orders', 'events', 'customers', 'products']
                  .map(name => `SELECT _event_id AS id FROM laurel.${name}_changelog`)
                  .join(' UNION ALL '),
                z.object({ id: z.string() }),
              )
            )
              .map(({ id }) => id)
              .sort();
          expect(await eventIds(warehouse)).toEqual(await eventIds(streamed));
          expect(await backfillWarehouse({ transport, warehouse, topics, erased, logger })).toMatchObject({
            stored: 0,
          });
        } finally {
          await transport.close();
          await Promise.all([warehouse.close(), streamed.close(), mongo.close()]);
        }
      });

      it('has other replicas say the same, and carry on when one is killed', async () => {
        const { laurel, shop } = running();
        for (const replica of SECOND_OF_EACH) laurel.launchReplica(replica);
        for (const replica of SECOND_OF_EACH) {
          const ready = async () => (await fetch(laurel.url(replica, '/health/ready'))).ok;
          await laurel.eventually(`${replica.name} is ready`, ready, START_MS);
        }
        const [features2, tiers2, recommender2] = SECOND_OF_EACH;
        if (!features2 || !tiers2 || !recommender2) throw new Error('three replicas were expected');
        const features = (of: Service | Replica) =>
          laurel.json<{ no_of_orders: number }>(of, `/v1/features/${BUYER}`, 'admin');
        const tier = (of: Service | Replica) => laurel.json<object>(of, `/v1/customers/${BUYER}/tier`, 'crm');
        const top = async (of: Service | Replica) =>
          (
            await laurel.graphql<{ recommendations: { items: object[] } }>(
              'query T($id: ID!) { recommendations(userId: $id) { items { rank score product { id } } } }',
              { id: BUYER },
              of,
            )
          ).recommendations.items;
        const { no_of_orders: before } = await features('feature-service');
        expect((await features(features2)).no_of_orders).toBe(before);
        expect(await tier(tiers2)).toMatchObject(pick(await tier('clustering-service')));
        await expect.poll(() => top(recommender2)).toEqual(await top('recommender'));

        for (const name of ['feature-service', 'clustering-service', 'recommender']) await laurel.end('SIGKILL', name);
        await shop.collection<OrderDocument>('orders').insertOne(order('O-replica', BUYER, new Date(), [1]));
        await laurel.eventually(
          'the order counts',
          async () => (await features(features2)).no_of_orders === before + 1,
        );
        await laurel.eventually('and the recommender knows', async () => {
          const { customer } = await laurel.graphql<{ customer: { features: { noOfOrders: number } } }>(
            'query C($id: ID!) { customer(id: $id) { features { noOfOrders } } }',
            { id: BUYER },
            recommender2,
          );
          return customer.features.noOfOrders === before + 1;
        });
      }, 300_000);
    },
  );
});

/** What two replicas must agree on: all but when they were asked. */
function pick(answer: object): object {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => name !== 'as_of'));
}
