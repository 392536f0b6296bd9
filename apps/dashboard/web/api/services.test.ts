import * as z from 'zod/mini';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN_KEY, ContractServices } from '../../tests/contract-services.js';
import { CallError, errorOfStatus } from './call-error.js';
import { Services } from './services.js';

let server: ContractServices;
let url: string;
beforeEach(async () => {
  server = new ContractServices();
  url = await server.listen();
});
afterEach(() => server.close());

function services(key: string, at = url): Services {
  return new Services({ recommender: at, 'clustering-service': at, 'feature-service': at, 'events-ingester': at }, key);
}

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => (error instanceof CallError ? [error.failure, error.message] : error),
  );

describe('Services', () => {
  it('reads an answer by its schema', async () => {
    const schema = z.looseObject({ model_version: z.string() });
    expect((await services(ADMIN_KEY).json('clustering-service', '/v1/segments', schema)).model_version).toBe('3');
  });

  it('tells a wrong key, an unknown thing, a failure, another shape and a service that is down apart', async () => {
    server.broken.add('/v1/models');
    const ask = (api: Services, path: string) =>
      failureOf(api.json('clustering-service', path, z.object({ tier: z.string() })));
    expect(await ask(services('x'), '/v1/segments')).toEqual(['wrong-key', expect.stringContaining('LAUREL_KEYS')]);
    expect(await ask(services(ADMIN_KEY), '/v1/customers/nobody/tier')).toEqual([
      'not-found',
      'Nothing is known of nobody.',
    ]);
    expect(await ask(services(ADMIN_KEY), '/v1/models')).toEqual(['broken', expect.stringContaining('r-500')]);
    expect(await ask(services(ADMIN_KEY), '/v1/segments')).toEqual(['not-understood', expect.stringContaining('tier')]);
    await server.close();
    expect(await ask(services(ADMIN_KEY), '/v1/segments')).toEqual([
      'unreachable',
      expect.stringContaining('does not answer'),
    ]);
  });

  it('takes what GraphQL calls an error for one', async () => {
    const answered = services(ADMIN_KEY).graphql('{ product(id: "x") }', {}, z.object({ list: z.string() }));
    expect(await failureOf(answered)).toEqual(['not-understood', expect.stringContaining('data.list')]);
  });
});

describe('errorOfStatus', () => {
  it.each<[number, string | undefined, string, string]>([
    [401, 'x', 'wrong-key', 'This key is not known'],
    [403, 'A crm key does not open this. Allowed: admin.', 'wrong-scope', 'Allowed: admin.'],
    [409, 'There is one of this name.', 'refused', 'There is one of this name.'],
    [429, undefined, 'refused', 'HTTP 429'],
    [503, 'Not ready: model: none was trained yet', 'not-yet', 'none was trained yet'],
    [503, undefined, 'not-yet', 'HTTP 503'],
    [502, undefined, 'broken', 'HTTP 502.'],
  ])('makes of %i %j: %s', (status, detail, failure, message) => {
    const error = errorOfStatus('recommender', status, detail);
    expect(error.failure).toBe(failure);
    expect(error.message).toContain(message);
  });
});
