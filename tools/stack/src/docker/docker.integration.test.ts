import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { resetStack, stackStatus, stopStack } from '../manage-stack.js';
import { freePort } from '@laurel/service';
import type { StackOptions } from '../stack.js';
import { startStack } from '../start-stack.js';
import { ComposeProject } from './compose-project.js';
import { FakeDocker } from './testing/fake-docker.js';

let docker: FakeDocker;
const homes: string[] = [];

beforeEach(async () => {
  const mongodb = Number(/:(\d+)/.exec(inject('mongodbUri').replace('mongodb://', ''))?.[1]);
  docker = await FakeDocker.onPath({ mongodb, kafka: Number(/:(\d+)/.exec(inject('kafkaBrokers'))?.[1]) });
});

afterEach(async () => {
  for (const home of homes.splice(0)) {
    await stopStack(home);
    await rm(home, { recursive: true, force: true });
  }
  await docker.remove();
});

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'laurel-stack-'));
  homes.push(home);
  return home;
}

function both(home: string, source?: StackOptions['source']): StackOptions {
  return { home, mongodb: { port: 0 }, kafka: { port: 0 }, source };
}

function onlyMongodb(home: string, source?: StackOptions['source']): StackOptions {
  return { ...both(home, source), kafka: { addresses: 'not-used:9092' } };
}

async function running(home: string): Promise<string[]> {
  return (await stackStatus(home)).filter(part => part.running).map(({ part, source }) => `${part} from ${source}`);
}

test('two homes run side by side from docker-compose.yml, each as a project of its own with volumes of its own', async () => {
  const [first, second] = [await newHome(), await newHome()];
  const [one, two] = [await startStack(both(first)), await startStack(both(second))];

  expect([one, two]).toMatchObject([
    { source: 'docker', started: ['kafka', 'mongodb'] },
    { source: 'docker', started: ['kafka', 'mongodb'] },
  ]);
  await using client = new MongoClient(two.mongodbUri);
  expect(await client.db('admin').command({ hello: 1 })).toMatchObject({ isWritablePrimary: true });
  const names = [first, second].map(home => new ComposeProject(home).name);
  expect(new Set([one.mongodbUri, two.mongodbUri, one.kafkaBrokers, two.kafkaBrokers]).size).toBe(4);
  expect((await docker.state()).volumes).toEqual(names.flatMap(name => [`${name}_mongodb`, `${name}_kafka`]));
  expect(await docker.composeCalls()).toContain('up --detach --wait --wait-timeout 120 mongodb kafka');
  const up = (await docker.calls()).find(call => call.includes('up')) ?? [];
  expect(await readFile(up[up.indexOf('--file') + 1] ?? '', 'utf8')).toContain('LAUREL_MONGODB_PORT');

  await one.stop();
  expect([await running(first), await running(second)]).toEqual([[], ['mongodb from docker', 'kafka from docker']]);
});

test('what runs already is used as it is, and left running by who did not start it', async () => {
  const home = await newHome();
  const first = await startStack(onlyMongodb(home));
  const second = await startStack({ ...both(home), mongodb: { port: 0 } });
  expect(second).toMatchObject({ mongodbUri: first.mongodbUri, started: ['kafka'] });
  await second.stop();
  expect(await running(home)).toEqual(['mongodb from docker']);
  expect(await docker.composeCalls()).toContain('rm --stop --force kafka');
  await expect(startStack({ ...onlyMongodb(home), mongodb: { port: 1 } })).rejects.toThrow(
    'already runs in Docker on port',
  );
});

test('down keeps the data, reset removes it; status says where each part comes from', async () => {
  const home = await newHome();
  const { name } = new ComposeProject(home);
  await startStack({ ...both(home), keep: true });
  expect(await stopStack(home)).toEqual(['mongodb', 'kafka']);
  expect((await docker.state()).volumes).toEqual([`${name}_mongodb`, `${name}_kafka`]);
  expect(await stackStatus(home)).toEqual(
    ['mongodb', 'kafka'].map(part => ({
      part,
      source: 'docker',
      running: false,
      log: `docker compose --project-name ${name} logs ${part}`,
    })),
  );
  await resetStack(home);
  expect((await docker.state()).volumes).toEqual([]);
  expect(await stackStatus(home)).toEqual([]);
});

test('the containers of a process that died are taken over and stopped', async () => {
  const home = await newHome();
  await startStack(onlyMongodb(home));
  await writeFile(join(home, 'stack', 'docker', 'mongodb.json'), '{"pid":1073741824,"startedAt":"long ago"}');
  const heir = await startStack(onlyMongodb(home));
  await heir.stop();
  expect(heir.started).toEqual(['mongodb']);
  expect(await running(home)).toEqual([]);
});

test.each([
  ['stopped', 'Docker is installed, but its engine does not answer: the servers come from packages'],
  ['hangs', 'Docker is installed, but its engine does not answer: the servers come from packages'],
  ['without compose', 'Docker is installed, but without Compose 2 ("docker compose"): the servers come from packages'],
  ['without images', 'dial tcp: no such host: the servers come from packages'],
] as const)('Docker %s: it leaves the work to packages, and one line says so', async (state, line) => {
  await docker.be(state);
  const home = await newHome();
  const said: string[] = [];
  const stack = await startStack({
    ...onlyMongodb(home),
    onProgress: ({ part, message }) => part === 'Docker' && said.push(message),
  });
  expect(stack).toMatchObject({ source: 'packages', started: ['mongodb'] });
  expect(said).toEqual([stack.note]);
  expect(stack.note).toContain(line);
  expect(await running(home)).toEqual(['mongodb from packages']);

  await docker.be('runs');
  expect(await startStack(onlyMongodb(home))).toMatchObject({ source: 'packages', started: [] });
  await expect(startStack(onlyMongodb(home, 'docker'))).rejects.toThrow(
    'holds the data of a MongoDB and Kafka from packages',
  );
});

test('LAUREL_STACK=packages does not ask Docker; LAUREL_STACK=docker does not do without', async () => {
  const home = await newHome();
  expect(await startStack(onlyMongodb(home, 'packages'))).toMatchObject({ source: 'packages' });
  expect(await docker.calls()).toEqual([]);
  await docker.be('stopped');
  await expect(startStack(onlyMongodb(await newHome(), 'docker'))).rejects.toThrow(
    'its engine does not answer, and LAUREL_STACK asks for it',
  );
  await docker.be('without images');
  await expect(startStack(onlyMongodb(await newHome(), 'docker'))).rejects.toThrow(
    'docker compose up failed: Error response',
  );
});

test('data in Docker are not exchanged for an empty MongoDB, nor forgotten, while Docker does not answer', async () => {
  const home = await newHome();
  await startStack(onlyMongodb(home)).then(stack => stack.stop());
  await docker.be('stopped');
  await expect(startStack(onlyMongodb(home))).rejects.toThrow("this home's data are in its volumes");
  await expect(resetStack(home)).rejects.toThrow('Start it, then reset again');
  expect(await running(home)).toEqual([]);
  await docker.be('runs');
  expect(await startStack(onlyMongodb(home))).toMatchObject({ source: 'docker' });
});

test('a taken port is an error that names it, and nothing is left running', async () => {
  const home = await newHome();
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  await expect(startStack({ ...both(home), kafka: { port } })).rejects.toThrow(
    `Port ${port}, which Kafka needs, is taken by pid ${process.pid}`,
  );
  expect(await running(home)).toEqual([]);
  other.close();
});

test('several brokers come from packages only', async () => {
  const home = await newHome();
  await expect(startStack({ ...both(home, 'docker'), kafka: { port: 0, brokers: 3 } })).rejects.toThrow('one broker');
});
