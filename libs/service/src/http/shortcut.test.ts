import { connect } from 'node:net';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Gate } from '../access/gate.js';
import { KeyRing } from '../access/key-ring.js';
import { RateLimiter } from '../access/rate-limiter.js';
import { type AnsweredRequest, observeRequests } from './request-hooks.js';
import { type Shortcut, ShortcutLane } from './shortcut.js';

const KEY = 'storefront-key-0001';
const AT_ONCE = 4;

const shortcut: Shortcut = {
  url: '/ask',
  answer(_request, body, scope) {
    const { ask } = JSON.parse(body);
    if (ask === 'unknown') return undefined;
    if (ask === 'unknown later') return Promise.resolve(undefined);
    if (ask === 'broken later') return Promise.reject(new Error('broken'));
    const answer = { text: `${scope}: ${ask}`, headers: { 'x-by': 'shortcut' } };
    return ask === 'later' ? Promise.resolve(answer) : answer;
  },
};

let app: FastifyInstance;
let url: string;
const observed: AnsweredRequest[] = [];
const limited: string[] = [];

beforeEach(async () => {
  observed.length = 0;
  limited.length = 0;
  const limiter = new RateLimiter({ storefront: AT_ONCE / 2 }, () => 0);
  const keys = KeyRing.from(`storefront=${KEY},crm=crm-key-0000000001`);
  const access = [{ path: '/ask', scopes: ['storefront'] }] as const;
  const gate = new Gate(keys, access, { limiter, onLimited: scope => limited.push(scope) });
  const observe = (request: AnsweredRequest) => observed.push(request);
  const lane = new ShortcutLane();
  lane.open(shortcut, { gate, observe });
  app = Fastify({ serverFactory: listener => createServer(lane.before(listener)) });
  observeRequests(app, observe);
  app.addHook('onRequest', gate.hook);
  app.post('/ask', ({ body, scope }) => ({ body, scope }));
  url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/ask`;
});
afterEach(() => app.close());

const ask = (body: string, headers: Record<string, string> = {}, to = url) =>
  fetch(to, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}`, ...headers },
  });
const question = (text: string) => JSON.stringify({ ask: text });

it.each(['now', 'later'])('is answered %s, as hooks would have it', async when => {
  const response = await ask(question(when), { 'x-request-id': 'checkout-42-1' });
  expect([response.status, await response.text()]).toEqual([200, `storefront: ${when}`]);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'x-by': 'shortcut',
    'x-request-id': 'checkout-42-1',
    'x-content-type-options': 'nosniff',
    vary: 'Origin',
  });
  const { requestId, method, route, status } = observed[0] ?? {};
  expect([observed.length, requestId, method, route, status]).toEqual([1, 'checkout-42-1', 'POST', '/ask', 200]);
});

it.each([
  ['has no answer to', question('unknown'), {}],
  ['has no answer to in the end', question('unknown later'), {}],
  ['fails at', question('broken later'), {}],
  ['cannot tell from another page', question('now'), { origin: 'https://elsewhere.example' }],
  ['gets much of', question('x'.repeat(300_000)), {}],
])('what the shortcut %s reaches Fastify whole', async (_, body, headers) => {
  const response = await ask(body, headers);
  expect([response.status, await response.json()]).toEqual([200, { body: JSON.parse(body), scope: 'storefront' }]);
  expect(observed).toHaveLength(1);
});

it('bad JSON, an empty body and another address are for Fastify', async () => {
  expect((await ask('{"ask":')).status).toBe(400);
  expect((await ask('')).status).toBe(400);
  expect((await ask(question('now'), {}, `${url}?x`)).headers.get('x-by')).toBeNull();
});

it('a body that comes in pieces is waited for', async () => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const body = question('in two pieces');
  const head = `POST /ask HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEY}\r\ncontent-type: application/json\r\n`;
  socket.write(`${head}content-length: ${body.length}\r\nconnection: close\r\n\r\n${body.slice(0, 5)}`, () => {
    setImmediate(() => socket.end(body.slice(5)));
  });
  expect(await text(socket)).toMatch(/200 OK[^]*in two pieces/);
});

it('nobody passes without a key of the right scope, and a key that asks too often is held back', async () => {
  expect((await ask(question('now'), { authorization: 'Bearer nobody' })).status).toBe(401);
  expect((await ask(question('now'), { authorization: 'Bearer crm-key-0000000001' })).status).toBe(403);
  const asked = [...['now', 'unknown', 'unknown later', 'now'].map(question), question('now')];
  const statuses: number[] = [];
  for (const body of asked) statuses.push((await ask(body)).status);
  expect(statuses).toEqual([200, 200, 200, 200, 429]);
  expect(limited).toEqual(['storefront']);
});
