import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { RunningClusteringService } from './testing/running-clustering-service.js';
import { WebhookReceiver } from './testing/webhook-receiver.js';
import type { TierFeatures } from './tiers/tier-features.js';
import type { Tier } from './tiers/tier.js';
import type { WebhookQueue } from './webhooks/webhook-store.js';

const CUSTOMERS = 16;
const DEADLINE = { timeout: 60_000, interval: 50 };
const features: TierFeatures = {
  average_order_value: 5,
  no_of_orders: 1,
  session_count: 3,
  total_time_spend_by_user_in_msec: 1000,
};

interface Endpoint {
  id: string;
  url: string;
  secret: string;
  status: string;
  disabled_reason: string | null;
}

interface Delivery {
  webhook_id: string;
  type: string;
  outcome: string;
  http_status: number | null;
  error: string | null;
}

describe('webhooks', () => {
  let service: RunningClusteringService;
  let crm: WebhookReceiver;
  const waiting = Array.from({ length: CUSTOMERS }, (_, index) => `c${index + 1}`);

  beforeAll(async () => {
    service = await RunningClusteringService.start(
      { mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') },
      { settings: { WEBHOOK_PRIVATE_HOSTS: '127.0.0.1' } },
    );
    // Without a model decisions wait for a lull: all at once wait once.
    await service.tell(new Map(waiting.map(id => [id, features])));
    for (const id of waiting)
      await vi.waitFor(async () => expect((await service.call(`/v1/customers/${id}/tier`)).status).toBe(200), DEADLINE);
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    crm = await WebhookReceiver.open();
  });
  afterEach(async () => {
    const { webhooks } = await service.json<{ webhooks: Endpoint[] }>('/v1/webhooks', 'crm');
    for (const { id } of webhooks) await service.call(`/v1/webhooks/${id}`, 'crm', { method: 'DELETE' });
    await crm.close();
  });

  const add = (more: object = {}): Promise<Endpoint> =>
    service.json('/v1/webhooks', 'crm', 'POST', { url: crm.url, ...more });
  const pin = (id: string, tier: Tier) =>
    service.json(`/v1/customers/${id}/tier/pin`, 'admin', 'PUT', { tier, reason: 'a test' });
  const deliveries = (id: string) =>
    service.json<{ deliveries: Delivery[]; waiting: number }>(`/v1/webhooks/${id}/deliveries`, 'crm');
  const told = (id: string) =>
    crm.acceptedOf(id).map(({ type, data }) => `${type}${data.segment ? ` ${data.segment}` : ''}`);

  /** A customer who is Bronze, of whom nothing is to be told any more. */
  const newCustomer = (): string => {
    const id = waiting.pop();
    if (id === undefined) throw new Error('more customers are needed: raise CUSTOMERS');
    return id;
  };

  it('tell an upgrade in order, signed so that the official library accepts it', async () => {
    const customer = newCustomer();
    const { id, secret } = await add();
    await pin(customer, 'PLATINUM');
    await vi.waitFor(
      () => expect(told(customer)).toEqual(['segment.exited bronze', 'segment.entered platinum', 'tier.upgraded']),
      DEADLINE,
    );
    const library = new Webhook(secret);
    for (const { raw, headers, id: messageId } of crm.acceptedOf(customer)) {
      expect(library.verify(raw, headers as Record<string, string>)).toMatchObject({ data: { customer_id: customer } });
      expect(messageId).toMatch(/^msg_/);
      expect(() => library.verify(`${raw} `, headers as Record<string, string>)).toThrow();
    }
    expect(crm.acceptedOf(customer).at(-1)?.data).toMatchObject({ tier: 'PLATINUM', previous_tier: 'BRONZE' });
    const log = (await deliveries(id)).deliveries;
    expect(log.map(({ outcome, http_status }) => [outcome, http_status])).toEqual(log.map(() => ['delivered', 204]));
    expect((await service.call('/v1/webhooks', 'marketing')).status).toBe(403);
    expect(JSON.stringify(await service.json('/v1/webhooks', 'crm'))).not.toContain(secret);
  });

  it('tell an endpoint only what it asked for', async () => {
    const customer = newCustomer();
    await add({ types: ['tier.upgraded', 'segment.entered'], tiers: ['GOLD'] });
    await pin(customer, 'PLATINUM');
    await pin(customer, 'GOLD');
    await pin(customer, 'PLATINUM');
    await vi.waitFor(() => expect(told(customer)).toEqual(['segment.entered gold', 'tier.upgraded']), DEADLINE);
  });

  it('keep from an endpoint that needs consent what the customer did not grant, but tell it whom to take off', async () => {
    const answer = (_id: string, email_marketing: string, updatedAt: Date) =>
      service.change('customers', { _id, consent: { email_marketing, updatedAt } });
    const [willing, silent] = [newCustomer(), newCustomer()];
    await answer(willing, 'GRANTED', new Date());
    const historyOf = (id: string) =>
      service.json<{ history: { email_marketing: string }[] }>(`/v1/customers/${id}/consent/history`, 'crm');
    await vi.waitFor(async () => expect((await historyOf(willing)).history).toHaveLength(1), DEADLINE);
    const { id } = await add({ consent: 'email' });
    await pin(willing, 'GOLD');
    await pin(silent, 'GOLD');
    await vi.waitFor(() => {
      expect(told(willing)).toEqual(['segment.exited bronze', 'segment.entered gold', 'tier.upgraded']);
      expect(told(silent)).toEqual(['segment.exited bronze']);
    }, DEADLINE);
    await answer(willing, 'DENIED', new Date());
    await vi.waitFor(async () => expect((await historyOf(willing)).history).toHaveLength(2), DEADLINE);
    await pin(willing, 'PLATINUM');
    await vi.waitFor(async () => {
      const log = (await deliveries(id)).deliveries.filter(({ outcome }) => outcome === 'withheld');
      expect(log.map(({ type, error }) => `${type} ${error}`).sort()).toEqual([
        'segment.entered consent_denied',
        'segment.entered consent_missing',
        'tier.upgraded consent_denied',
        'tier.upgraded consent_missing',
      ]);
    }, DEADLINE);
    expect(told(willing).slice(3)).toEqual(['segment.exited gold']);
    const wrong = await service.call('/v1/webhooks', 'crm', {
      method: 'POST',
      body: JSON.stringify({ url: crm.url, consent: 'fax' }),
    });
    expect(`${wrong.status} ${await wrong.text()}`).toMatch(/^400.*consent: one of ads, email/);
  });

  it('try again under the same id, hold back what comes after for the same customer, and nobody else', async () => {
    const [patient, other] = [newCustomer(), newCustomer()];
    let refusals = 1;
    crm.answer = ({ data }) => (data.customer_id === patient && refusals-- > 0 ? 503 : 204);
    await add();
    await pin(patient, 'GOLD');
    await vi.waitFor(() => expect(crm.messages.map(({ status }) => status)).toEqual([503]), DEADLINE);
    await pin(other, 'GOLD');
    await pin(patient, 'SILVER');
    await vi.waitFor(() => expect(told(other)).toHaveLength(3), DEADLINE);
    expect(told(patient)).toEqual([]);
    await vi.waitFor(
      () =>
        expect(told(patient)).toEqual([
          'segment.exited bronze',
          'segment.entered gold',
          'tier.upgraded',
          'segment.exited gold',
          'segment.entered silver',
          'tier.downgraded',
        ]),
      DEADLINE,
    );
    const [first, ...rest] = crm.messages.filter(({ data }) => data.customer_id === patient);
    expect(rest[0]?.id).toBe(first?.id);
    expect(rest[0]?.raw).toBe(first?.raw);
  });

  it('lose and invent nothing when the service ends while the endpoint is down', async () => {
    const ids = Array.from({ length: 5 }, newCustomer);
    const refused = new Set<string>();
    crm.answer = ({ data }) => {
      if (refused.has(data.customer_id)) return 204;
      refused.add(data.customer_id);
      return 500;
    };
    await add();
    for (const id of ids) await pin(id, 'GOLD');
    await service.restart();
    for (const id of ids) await pin(id, 'PLATINUM');
    await vi.waitFor(() => {
      for (const id of ids)
        expect(told(id)).toEqual([
          'segment.exited bronze',
          'segment.entered gold',
          'tier.upgraded',
          'segment.exited gold',
          'segment.entered platinum',
          'tier.upgraded',
        ]);
    }, DEADLINE);
  });

  it('sign with both secrets while one takes the place of the other', async () => {
    const { id, secret } = await add();
    const rotate = (body: object) =>
      service.json<{ secret: string }>(`/v1/webhooks/${id}:rotate-secret`, 'crm', 'POST', body);
    const test = () => service.json<{ delivered: boolean }>(`/v1/webhooks/${id}:test`, 'crm', 'POST');
    const verified = (by: string) => {
      const { raw, headers } = crm.messages.at(-1) ?? { raw: '', headers: {} };
      return new Webhook(by).verify(raw, headers as Record<string, string>);
    };
    const second = (await rotate({ overlap_hours: 1 })).secret;
    const kept = JSON.stringify(await service.context.laurelDb.collection('webhook_endpoints').find().toArray());
    for (const shown of [secret, second]) expect(kept).not.toContain(shown);
    expect(await test()).toMatchObject({ delivered: true });
    expect(verified(secret)).toMatchObject({ type: 'webhook.test' });
    expect(verified(second)).toMatchObject({ type: 'webhook.test' });
    const third = (await rotate({ overlap_hours: 0 })).secret;
    await test();
    expect(verified(third)).toMatchObject({ type: 'webhook.test' });
    expect(() => verified(second)).toThrow();
    expect(() => verified(secret)).toThrow();
  });

  it('disable an endpoint that answers 410, and tell again what happened since a moment once it is back', async () => {
    const customer = newCustomer();
    const { id } = await add();
    const since = new Date(Date.now() - 1000).toISOString();
    await pin(customer, 'SILVER');
    await vi.waitFor(() => expect(told(customer)).toHaveLength(3), DEADLINE);
    crm.answer = () => 410;
    await pin(customer, 'GOLD');
    const endpoint = () => service.json<Endpoint>(`/v1/webhooks/${id}`, 'crm');
    await vi.waitFor(async () => expect((await endpoint()).status).toBe('disabled'), DEADLINE);
    expect((await endpoint()).disabled_reason).toMatch(/410/);
    expect(await deliveries(id)).toMatchObject({
      waiting: 0,
      deliveries: [{ outcome: 'given_up', http_status: 410 }, {}, {}, {}],
    });
    await pin(customer, 'PLATINUM');
    const replay = (body: object) =>
      service.call(`/v1/webhooks/${id}:replay`, 'crm', { method: 'POST', body: JSON.stringify(body) });
    expect((await replay({ since })).status).toBe(409);
    crm.answer = () => 204;
    const before = crm.acceptedOf(customer).map(message => message.id);
    crm.messages.length = 0;
    await service.json(`/v1/webhooks/${id}`, 'crm', 'PUT', { url: crm.url });
    expect((await replay({ since: '2020-01-01T00:00:00Z' })).status).toBe(410);
    await vi.waitFor(async () => {
      crm.messages.length = 0;
      expect((await replay({ since })).status).toBe(202);
      await vi.waitFor(async () => expect((await deliveries(id)).waiting).toBe(0), DEADLINE);
      // While no endpoint was enabled nothing was kept: the change to Platinum is not told.
      expect(told(customer)).toEqual([
        'segment.exited bronze',
        'segment.entered silver',
        'tier.upgraded',
        'segment.exited silver',
        'segment.entered gold',
        'tier.upgraded',
      ]);
    }, DEADLINE);
    expect(
      crm
        .acceptedOf(customer)
        .slice(0, 3)
        .map(message => message.id),
    ).toEqual(before);
  });

  it('disable an endpoint once the tenth attempt has failed, and say since when', async () => {
    crm.answer = () => 500;
    const customer = newCustomer();
    const { id } = await add({ types: ['tier.upgraded'] });
    await pin(customer, 'GOLD');
    const queues = service.context.laurelDb.collection<WebhookQueue>('webhook_queues');
    await vi.waitFor(async () => expect(await queues.findOne({ endpoint: id, attempts: 1 })).not.toBeNull(), DEADLINE);
    await queues.updateOne({ endpoint: id }, { $set: { attempts: 9, nextAttemptAt: new Date(0) } });
    await vi.waitFor(
      async () =>
        expect(await service.json(`/v1/webhooks/${id}`, 'crm')).toMatchObject({
          status: 'disabled',
          disabled_reason: expect.stringMatching(/^Nothing was delivered since .*answered 500/) as string,
        }),
      DEADLINE,
    );
    expect(await queues.countDocuments({ endpoint: id })).toBe(0);
    await vi.waitFor(
      async () => expect((await deliveries(id)).deliveries[0]).toMatchObject({ outcome: 'given_up', http_status: 500 }),
      DEADLINE,
    );
  });

  it('tell that a customer was erased, and hold nothing else of them', async () => {
    const customer = newCustomer();
    await add();
    await pin(customer, 'GOLD');
    await vi.waitFor(() => expect(told(customer)).toHaveLength(3), DEADLINE);
    await service.call(`/v1/customers/${customer}`, 'admin', { method: 'DELETE', headers: { prefer: 'wait=0' } });
    await vi.waitFor(() => expect(told(customer)).toHaveLength(4), DEADLINE);
    expect(crm.acceptedOf(customer).at(-1)).toMatchObject({
      type: 'segment.exited',
      data: { customer_id: customer, segment: 'gold', reason_type: 'erased' },
    });
    const events = service.context.laurelDb.collection('webhook_events');
    expect(await events.find({ customerId: customer }).toArray()).toEqual([expect.objectContaining({ erasure: true })]);
  });

  it('go to no private address, follow no redirect, and need TLS elsewhere', async () => {
    const refused = async (url: string) => {
      const response = await service.call('/v1/webhooks', 'crm', { method: 'POST', body: JSON.stringify({ url }) });
      return `${response.status} ${await response.text()}`;
    };
    for (const url of [
      'http://example.com/',
      'https://10.0.0.1/',
      'https://[::1]/',
      'https://169.254.169.254/latest',
      'ftp://example.com/',
      'nowhere',
      'https://user:password@example.com/',
    ])
      expect(await refused(url)).toMatch(/^400.*url/);
    const attempt = async (url: string) => {
      const { id } = await add({ url });
      return service.json<{ delivered: boolean; http_status: number | null; error: string }>(
        `/v1/webhooks/${id}:test`,
        'crm',
        'POST',
      );
    };
    expect(await attempt(`https://localhost:${crm.port}/`)).toMatchObject({
      delivered: false,
      http_status: null,
      error: expect.stringMatching(/localhost is not a public host/) as string,
    });
    crm.answer = () => 302;
    expect(await attempt(crm.url)).toMatchObject({ delivered: false, http_status: 302 });
    expect(crm.messages).toHaveLength(1);
  });
});
