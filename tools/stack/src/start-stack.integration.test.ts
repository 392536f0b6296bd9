import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stackStatus, stopStack } from './manage-stack.js';
import { freePort } from '@laurel/service';
import { identify } from './processes/process-identity.js';
import { runningRecord, writeRecord } from './processes/server-record.js';
import type { StackOptions } from './stack.js';
import { startStack } from './start-stack.js';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'laurel-stack-'));
});

afterEach(async () => {
  await stopStack(home);
  await rm(home, { recursive: true, force: true });
});

function onlyMongodb(port = 0): StackOptions {
  return { home, mongodb: { port }, kafka: { addresses: 'not-used:9092' }, source: 'packages' };
}

async function mongodPid(): Promise<number> {
  return (await runningRecord(join(home, 'stack', 'mongodb')))?.process.pid ?? 0;
}

async function kill9(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => identify(pid)).toBeUndefined();
}

async function insert(uri: string, id: string): Promise<void> {
  await using client = new MongoClient(uri);
  await client.db('shop').collection<{ _id: string }>('orders').insertOne({ _id: id });
}

async function ids(uri: string): Promise<string[]> {
  await using client = new MongoClient(uri);
  const orders = await client.db('shop').collection<{ _id: string }>('orders').find().sort({ _id: 1 }).toArray();
  return orders.map(order => order._id);
}

test('what was written is there after mongod was killed and started again, on another port too', async () => {
  const first = await startStack(onlyMongodb());
  await insert(first.mongodbUri, 'before');
  await kill9(await mongodPid());

  const second = await startStack(onlyMongodb());
  await insert(second.mongodbUri, 'after');

  expect(second.started).toEqual(['mongodb']);
  expect(await ids(second.mongodbUri)).toEqual(['after', 'before']);
});

test('a running server of this home is used as it is, and left running by who did not start it', async () => {
  const first = await startStack(onlyMongodb());
  const second = await startStack(onlyMongodb());
  await second.stop();

  expect(second).toMatchObject({ mongodbUri: first.mongodbUri, started: [] });
  expect(await stackStatus(home)).toMatchObject([{ part: 'mongodb', running: true }]);
  await first.stop();
  expect(await stackStatus(home)).toMatchObject([{ part: 'mongodb', running: false }]);
});

test('a record whose pid now belongs to another process is dropped, and that process lives on', async () => {
  const bystander = spawn('sleep', ['600']);
  await once(bystander, 'spawn');
  const identity = await identify(bystander.pid ?? 0);
  if (!identity) throw new Error('the bystander did not start');
  const folder = join(home, 'stack', 'mongodb');
  await writeRecord(folder, { process: identity, owner: null, ports: { port: 1 } });

  const stack = await startStack(onlyMongodb());
  await stack.stop();

  expect(stack.started).toEqual(['mongodb']);
  expect(await identify(identity.pid)).toEqual(identity);
  bystander.kill();
});

test('the servers of a process that died are taken over and stopped', async () => {
  await startStack(onlyMongodb());
  const folder = join(home, 'stack', 'mongodb');
  const record = await runningRecord(folder);
  if (!record) throw new Error('mongod does not run');
  await writeRecord(folder, { ...record, owner: { pid: 2 ** 30, startedAt: 'long ago' } });

  const heir = await startStack(onlyMongodb());
  await heir.stop();

  expect(heir.started).toEqual(['mongodb']);
  expect(await identify(record.process.pid)).toBeUndefined();
});

test('a record and a lock cut short in writing do not stand in the way', async () => {
  await startStack(onlyMongodb()).then(stack => stack.stop());
  await writeFile(join(home, 'stack', 'mongodb', 'process.json'), '{"process":');
  await writeFile(join(home, 'stack', 'lock'), JSON.stringify({ pid: 2 ** 30, startedAt: 'long ago' }));

  const stack = await startStack(onlyMongodb());

  expect(stack.started).toEqual(['mongodb']);
});

test('a taken port is an error that names it, and nothing is left running', async () => {
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');

  await expect(startStack({ home, mongodb: { port: 0 }, kafka: { port }, source: 'packages' })).rejects.toThrow(
    `Port ${port}, which Kafka needs, is taken by pid ${process.pid}`,
  );

  expect((await stackStatus(home)).filter(({ running }) => running)).toEqual([]);
  other.close();
});

test('starting can be given up, and nothing is left running', async () => {
  const interrupt = new AbortController();
  const starting = startStack({
    home,
    mongodb: { port: 0 },
    kafka: { port: 0 },
    source: 'packages',
    signal: interrupt.signal,
    onProgress: ({ part, message }) => {
      if (part === 'Kafka' && message === 'starting') setImmediate(() => interrupt.abort());
    },
  });

  await expect(starting).rejects.toMatchObject({ name: 'StackInterruptedError' });
  expect((await stackStatus(home)).filter(({ running }) => running)).toEqual([]);
});

test('three brokers make one cluster; a killed one comes back to it', async () => {
  const options: StackOptions = { home, mongodb: { uri: 'mongodb://not-used' }, kafka: { port: 0, brokers: 3 } };
  const first = await startStack(options);
  const pid = (await runningRecord(join(home, 'stack', 'kafka-2')))?.process.pid ?? 0;
  await kill9(pid);

  const second = await startStack(options);

  expect(first.started).toEqual(['kafka-1', 'kafka-2', 'kafka-3']);
  expect(second).toMatchObject({ kafkaBrokers: first.kafkaBrokers, started: ['kafka-2'] });
  expect(await readFile(join(home, 'stack', 'kafka-2', 'server.properties'), 'utf8')).toContain(
    'auto.create.topics.enable=false',
  );
  await expect(startStack({ ...options, kafka: { port: 0 } })).rejects.toThrow(
    'This home holds a Kafka of 3 broker(s), not 1',
  );
  await second.stop();
  await first.stop();
  expect((await stackStatus(home)).filter(({ running }) => running)).toEqual([]);
});
