import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { SubjectRequests } from './subject-requests.js';

let mongo: MongoClient;
const name = `subjects_${randomUUID().slice(0, 8)}`;

beforeAll(async () => {
  mongo = await new MongoClient(inject('mongodbUri')).connect();
});
afterAll(async () => {
  await mongo.db(name).dropDatabase();
  await mongo.close();
});

it('an erasure counts for a service once that has done its part, a question never', async () => {
  const requests = new SubjectRequests({
    db: mongo.db(name),
    mongo,
    logger: pino({ level: 'silent' }),
    instanceId: 'test',
  });
  const erasure = await requests.ask('erasure', 'ann');
  const question = await requests.ask('presence', 'ann');
  await requests.answer(question._id, 'events-ingester', []);
  await requests.answer(erasure._id, 'recommender', []);
  expect(await requests.erasuresBy('events-ingester')).toBe(0);
  await requests.answer(erasure._id, 'events-ingester', []);
  expect(await requests.erasuresBy('events-ingester')).toBe(1);
  expect(await requests.erasuresBy('feature-service')).toBe(0);
});
