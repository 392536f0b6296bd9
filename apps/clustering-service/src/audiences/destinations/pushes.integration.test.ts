import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { RecordedApi } from '../../testing/recorded-api.js';
import { RunningClusteringService } from '../../testing/running-clustering-service.js';
import type { Manifest } from '../deliveries/delivery.js';

const DEADLINE = { timeout: 30_000, interval: 50 };
const granted = { ad_user_data: 'GRANTED', ad_personalization: 'GRANTED' };

let service: RunningClusteringService;
let api: RecordedApi;
let audience: string;

beforeAll(async () => {
  api = new RecordedApi();
  api.answer = ({ body }) => ({
    body: { num_received: Reflect.get(Object(body), 'payload').data.length, num_invalid_entries: 0 },
  });
  const url = await api.listen();
  service = await RunningClusteringService.start({
    mongodbUri: inject('mongodbUri'),
    kafkaBrokers: inject('kafkaBrokers'),
  });
  const { home } = service.context.settings;
  await writeFile(join(home, 'token'), 'a-token');
  const meta = (audienceId: string) =>
    `{ kind: meta-custom-audience, audience: "${audienceId}", token: { file: "${home}/token" }, url: "${url}" }`;
  await writeFile(join(home, 'destinations.yaml'), `best: ${meta('1')}\nother: ${meta('2')}\n`);
  await service.restart();
  const customers = service.context.shopDb.collection<{ _id: string }>('customers');
  const ids = ['ann', 'bob'];
  for (const _id of ids) await customers.insertOne({ _id, ...{ email: `${_id}@example.org`, consent: granted } });
  const features = { average_order_value: 5, no_of_orders: 1, session_count: 1, total_time_spend_by_user_in_msec: 1 };
  await service.tell(new Map(ids.map(id => [id, features])));
  ({ id: audience } = await service.json<{ id: string }>('/v1/audiences', 'marketing', 'POST', {
    name: 'All',
    filter: {},
  }));
  await vi.waitFor(async () => {
    expect(await service.json(`/v1/audiences/${audience}/size`, 'marketing')).toMatchObject({ members: 2 });
  }, DEADLINE);
});

afterAll(async () => {
  await service.stop();
  await api.close();
});

const path = (rest = '') => `/v1/audiences/${audience}/deliveries${rest}`;
const post = (rest: string, body: object) =>
  service.call(path(rest), 'marketing', { method: 'POST', body: JSON.stringify(body) });
const until = (id: string, shown: object) =>
  vi.waitFor(async () => {
    const manifest = await service.json<Manifest>(path(`/${id}`), 'marketing');
    expect(manifest).toMatchObject(shown);
    return manifest;
  }, DEADLINE);
const deliver = async (choice: object, shown: object): Promise<Manifest> => {
  const made = await post('', { format: 'meta', ...choice });
  expect([made.status, made.ok ? '' : await made.text()]).toEqual([202, '']);
  const { id } = (await made.json()) as Manifest;
  return until(id, { status: 'complete', ...shown });
};

it('pushes a delivery once it is complete, the next one after it, and the changes alone', async () => {
  expect(await service.json('/v1/destinations', 'marketing')).toEqual({
    destinations: [
      { name: 'best', format: 'meta' },
      { name: 'other', format: 'meta' },
    ],
  });
  await deliver(
    { push: 'best' },
    { push: { destination: 'best', status: 'complete', counts: { added: 2, removed: 0 } } },
  );
  await service.context.shopDb
    .collection<{ _id: string }>('customers')
    .updateOne({ _id: 'bob' }, { $set: { consent: { ...granted, ad_user_data: 'DENIED' } } });
  await deliver({ push: 'best' }, { push: { status: 'complete', counts: { added: 0, removed: 1 } } });
  expect(api.calls.map(({ method, path: called }) => `${method} ${called}`)).toEqual([
    'POST /v25.0/1/users',
    'DELETE /v25.0/1/users',
  ]);
});

it('refuses what would leave a destination without changes, and says what to do', async () => {
  const unpushed = await deliver({}, { push: null });
  const skipped = await post('', { format: 'meta', push: 'best' });
  expect([skipped.status, await skipped.text()]).toEqual([
    409,
    expect.stringContaining(`Delivery ${unpushed.number} was not pushed to best`),
  ]);
  const unbegun = await post('', { format: 'meta', push: 'other' });
  expect([unbegun.status, await unbegun.text()]).toEqual([409, expect.stringContaining('Begin with a full delivery')]);
  const wrong = await post('', { format: 'csv', push: 'best' });
  expect([wrong.status, await wrong.text()]).toEqual([
    400,
    expect.stringContaining('takes deliveries in the format meta'),
  ]);
  const schedule = { cron: '0 4 * * *', format: 'meta', push: 'fax' };
  const saved = await service.call('/v1/audiences', 'marketing', {
    method: 'POST',
    body: JSON.stringify({ name: 'x', filter: {}, schedule }),
  });
  expect(saved.status).toBe(400);
  const unknown = await post('', { format: 'meta', push: 'fax' });
  expect([unknown.status, await unknown.text()]).toEqual([400, expect.stringContaining('Known: best, other')]);
  expect((await post(`/${unpushed.id}/push`, { destination: 'best' })).status).toBe(202);
  await until(unpushed.id, { push: { status: 'complete' } });
});

it('keeps what failed for good until it is pushed again, and everything after it waits', async () => {
  api.next.push({ status: 400, body: { error: { message: 'Invalid parameter', code: 100 } } });
  const refused = await deliver({ mode: 'full', push: 'best' }, { push: { status: 'failed' } });
  expect(refused.push?.reason).toContain('Invalid parameter');
  const behind = await deliver({ push: 'best' }, { push: { status: 'waiting' } });
  expect((await post(`/${refused.id}/push`, { destination: 'best' })).status).toBe(202);
  await until(refused.id, { push: { status: 'complete' } });
  await until(behind.id, { push: { status: 'complete' } });
});
