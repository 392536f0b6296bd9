import { laurelTopics } from '@laurel/change-log';
import { readSettings, type Settings } from '@laurel/service';
import { TestHome } from '@laurel/test-home';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { examine } from './examine.js';
import type { Finding } from './finding.js';

const PASSWORD = 'of-the-tests';
const NO_SERVICES = { LAUREL_PORT_BASE: '21' };

describe('laurel doctor', () => {
  let home: TestHome;
  let environment: Record<string, string>;
  beforeAll(async () => {
    const servers = { mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') };
    home = await TestHome.open(servers);
    const { shopDatabase, laurelDatabase, topicPrefix } = home.context.settings;
    environment = {
      ...NO_SERVICES,
      MONGODB_URI: servers.mongodbUri,
      KAFKA_BROKERS: servers.kafkaBrokers,
      SHOP_DATABASE: shopDatabase,
      LAUREL_DATABASE: laurelDatabase,
      TOPIC_PREFIX: topicPrefix,
      LAUREL_HOME: home.folder,
    };
    await home.context.shopDb.createCollection('orders', { changeStreamPreAndPostImages: { enabled: true } });
    await home.context.shopDb.createCollection('products');
  });
  afterAll(() => home.remove());

  const findings = async (changed: Record<string, string> = {}): Promise<Map<string, Finding>> => {
    const settings: Settings = readSettings({ ...environment, ...changed });
    return new Map((await examine(settings)).map(finding => [finding.check, finding]));
  };
  const checkpoint = (token: string) =>
    home.transport.send(home.topics.checkpoint, 0, [
      { key: 'shop', value: JSON.stringify({ database: home.context.settings.shopDatabase, token }) },
    ]);
  const tokenAt = (ms: number) =>
    `82${Math.floor(ms / 1000)
      .toString(16)
      .toUpperCase()}${'0'.repeat(50)}`;

  it('finds in order what is in order, and says of the rest how to mend it', async () => {
    const found = await findings();
    for (const check of [
      'MongoDB',
      'MongoDB replica set',
      'clock of MongoDB',
      'MongoDB rights',
      'Kafka',
      'warehouse',
      'disk',
    ])
      expect(found.get(check), check).toMatchObject({ state: 'ok' });
    expect(found.get('Kafka topics')).toMatchObject({ state: 'ok', found: 'all 11 are there' });
    const { shopDatabase } = home.context.settings;
    expect(found.get(`collection ${shopDatabase}.orders`)).toMatchObject({ state: 'ok' });
    expect(found.get(`collection ${shopDatabase}.products`)).toMatchObject({
      state: 'warn',
      mend: expect.stringContaining('db.runCommand({collMod: "products"'),
    });
    expect(found.get(`collection ${shopDatabase}.customers`)).toMatchObject({ state: 'warn', found: 'not there' });
    expect([...found.values()].filter(({ state, mend }) => (state === 'ok') !== (mend === undefined))).toEqual([]);
  });

  it('sets the oplog against how far capture has come', async () => {
    await checkpoint(tokenAt(Date.now()));
    expect((await findings()).get('oplog window')?.found).toContain('capture is at its end');
    await checkpoint(tokenAt(Date.UTC(2020, 0, 1)));
    expect((await findings()).get('oplog window')).toMatchObject({
      state: 'fail',
      mend: expect.stringContaining('reads everything anew'),
    });
  });

  it('names the rights that a user lacks, and the role that gives them', async () => {
    const admin = home.context.mongo.db('admin');
    const { shopDatabase, laurelDatabase } = home.context.settings;
    const user = `reader-${shopDatabase}`;
    await admin.command({ createUser: user, pwd: PASSWORD, roles: [{ role: 'read', db: shopDatabase }] });
    try {
      const uri = environment['MONGODB_URI']?.replace('mongodb://', `mongodb://${user}:${PASSWORD}@`);
      const found = await findings({ MONGODB_URI: `${uri}&authSource=admin` });
      expect(found.get('MongoDB rights: follow the shop')).toMatchObject({ state: 'ok' });
      expect(found.get("MongoDB rights: write Laurel's own database")).toMatchObject({
        state: 'fail',
        found: expect.stringContaining(`may not find, insert, update, remove`),
        mend: expect.stringContaining(`{role: "readWrite", db: "${laurelDatabase}"}`),
      });
      expect(found.get('MongoDB rights: switch on images')).toMatchObject({ state: 'warn' });
      expect(JSON.stringify([...found])).not.toContain(PASSWORD);
    } finally {
      await admin.command({ dropUser: user });
    }
  });

  it('goes on where a server does not answer', async () => {
    const found = await findings({ KAFKA_BROKERS: '127.0.0.1:1' });
    expect(found.get('Kafka')).toMatchObject({ state: 'fail', mend: expect.stringContaining('KAFKA_BROKERS') });
    expect(found.get('MongoDB')).toMatchObject({ state: 'ok' });
  });

  it('finds a topic with another number of partitions than a key needs', async () => {
    const prefix = `${environment['TOPIC_PREFIX']}-odd`;
    const topics = laurelTopics(home.topics).map(({ topic }) => ({
      topic: topic.replace(environment['TOPIC_PREFIX'] ?? '', prefix),
      partitions: 1,
    }));
    await home.transport.ensureTopics(topics);
    expect((await findings({ TOPIC_PREFIX: prefix })).get('Kafka topics')).toMatchObject({
      state: 'fail',
      found: expect.stringContaining(`${prefix}.features has 1 partitions, not 4`),
    });
  });
});
