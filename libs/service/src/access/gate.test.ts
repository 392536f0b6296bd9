import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessRule } from './access-rules.js';
import { Gate } from './gate.js';
import { KeyRing, type Scope } from './key-ring.js';
import { RateLimiter } from './rate-limiter.js';

const KEYS = {
  storefront: 'storefront-key-0001',
  crm: 'crm-key-0000000001',
  marketing: 'marketing-key-00001',
  admin: 'admin-key-00000001',
};

const RULES: readonly AccessRule[] = [
  { path: '/page', scopes: 'public' },
  { path: '/v1/', scopes: ['crm'] },
  { path: '/v1/models', scopes: [] },
  { path: '/v1/models/user_clusters:predict', scopes: ['crm'] },
  { path: '/v1/customers', methods: ['DELETE'], scopes: [] },
  { path: '/v1/customers', scopes: ['crm'] },
  { path: '/graphql', scopes: ['storefront'] },
  { path: '/lists', scopes: ['marketing'] },
];

const limited: Scope[] = [];
let app: FastifyInstance;
beforeAll(async () => {
  app = Fastify();
  app.addHook(
    'onRequest',
    new Gate(
      KeyRing.from(
        Object.entries(KEYS)
          .map(entry => entry.join('='))
          .join(),
      ),
      RULES,
      { limiter: new RateLimiter({ marketing: 1 }, () => 0), onLimited: scope => limited.push(scope) },
    ).hook,
  );
  app.all('/*', async () => 'opened');
  await app.ready();
});
afterAll(() => app.close());

type Method = 'GET' | 'HEAD' | 'POST' | 'DELETE';

async function status(url: string, authorization?: string, method: Method = 'GET'): Promise<number> {
  const response = await app.inject({ method, url, headers: authorization === undefined ? {} : { authorization } });
  return response.statusCode;
}

describe('Gate', () => {
  it('holds back a key that asks too often, and says for how long', async () => {
    const ask = () => app.inject({ url: '/lists', headers: { authorization: `Bearer ${KEYS.marketing}` } });
    expect([(await ask()).statusCode, (await ask()).statusCode]).toEqual([200, 200]);
    const late = await ask();
    expect([late.statusCode, late.headers['retry-after']]).toEqual([429, '1']);
    expect(late.json()).toMatchObject({ status: 429, detail: expect.stringContaining('RATE_LIMITS') });
    expect(limited).toEqual(['marketing']);
  });

  it.each<[string, keyof typeof KEYS | undefined, number, Method?]>([
    ['/health/live', undefined, 200],
    ['/metrics', undefined, 200],
    ['/openapi.json?x=1', undefined, 200],
    ['/page/a', undefined, 200],
    ['/pages', undefined, 401],
    ['/graphql', undefined, 401],
    ['/graphql', 'storefront', 200],
    ['/graphql', 'crm', 403],
    ['/graphql', 'admin', 200],
    ['/v1/segments', 'crm', 200],
    ['/v1/models', 'crm', 403],
    ['/v1/models:train', 'crm', 403],
    ['/v1/models/user_clusters:train', 'crm', 403],
    ['/v1/models/user_clusters:predict', 'crm', 200],
    ['/v1/models-of-ours', 'crm', 200],
    ['/v1/customers/7/tier', 'crm', 200],
    ['/v1/customers/7', 'crm', 403, 'DELETE'],
    ['/v1/customers/7', 'admin', 200, 'DELETE'],
    ['/v1/customers/7/tier', 'crm', 200, 'HEAD'],
    ['/nowhere', 'crm', 403],
    ['/nowhere', 'admin', 200],
  ])('%s with the %s key: %i', async (path, scope, expected, method) => {
    expect(await status(path, scope && `Bearer ${KEYS[scope]}`, method)).toBe(expected);
  });

  it.each([
    '/v1/%6dodels',
    '/v1/%6D%6fdels/x',
    '/v1/models%2Fx',
    '/v1/models%3Atrain',
    '/v1/models#x',
    '/v1/models?/v1/segments',
    '//v1/segments',
  ])('is not passed by another spelling of an address: %s', async path => {
    expect(await status(path, `Bearer ${KEYS.crm}`)).toBe(403);
  });

  it.each(['Bearer wrong-key-00000001', 'Bearer', 'Bearer ', `Basic ${KEYS.crm}`, KEYS.crm, `Bearer ${KEYS.crm} x`])(
    'does not know "%s"',
    async authorization => {
      expect(await status('/v1/segments', authorization)).toBe(401);
    },
  );

  it('does not open an address that cannot be decoded', async () => {
    expect(await status('/page/%', `Bearer ${KEYS.crm}`)).toBe(400);
  });

  it('answers with problem details that name the way out, and no key', async () => {
    const unknown = await app.inject({ url: '/v1/segments', headers: { authorization: 'Bearer wrong-key-00000001' } });
    expect(unknown.headers['content-type']).toContain('application/problem+json');
    expect(unknown.headers['www-authenticate']).toBe('Bearer');
    expect(unknown.json()).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'This key is not known.',
    });
    const wrongScope = await app.inject({ url: '/graphql', headers: { authorization: `Bearer ${KEYS.crm}` } });
    expect(wrongScope.json()).toMatchObject({
      status: 403,
      detail: 'A crm key does not open this. Allowed: storefront, admin.',
    });
  });
});
