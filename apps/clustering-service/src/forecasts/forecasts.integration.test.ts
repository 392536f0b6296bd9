import { Random } from '@laurel/learning';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { RunningClusteringService } from '../testing/running-clustering-service.js';
import type { TierFeatures } from '../tiers/tier-features.js';

const DEADLINE = { timeout: 60_000, interval: 50 };
const DAY_MS = 86_400_000;
const DAYS = 240;
const CUSTOMERS = 300;

interface Order extends Record<string, unknown> {
  _id: string;
  customerId: string;
  placedAt: Date;
  items: { productId: string; name: string; quantity: number; price: number }[];
}

interface TrainedRun {
  id: string;
  status: string;
  promoted: boolean | null;
  reason: string | null;
  metrics: Record<string, unknown>;
}

/** Customers with rhythms of their own, of whom some leave for good. Lamps sell as ever, candles ever more, fans ever less. */
function orders(endMs: number): Order[] {
  const random = new Random(3);
  const found: Order[] = [];
  for (let customer = 0; customer < CUSTOMERS; customer++) {
    const every = [6, 15, 40][customer % 3] ?? 6;
    const leaves = random.next() < 0.4 ? random.next() * DAYS : DAYS;
    for (let day = random.next() * every; day < leaves; day += every * (0.5 + random.next())) {
      const item = (productId: string, quantity: number) => ({ productId, name: productId, quantity, price: 5 });
      const late = day / DAYS;
      const items = [
        item('lamp', 20),
        ...(customer % 4 === 1 ? [item('candle', 1 + Math.round(20 * late ** 6))] : []),
        ...(customer % 4 === 2 ? [item('fan', 1 + Math.round(20 * (1 - late)))] : []),
      ];
      found.push({
        _id: `o${customer}-${found.length}`,
        customerId: `c${customer}`,
        placedAt: new Date(endMs - (DAYS - day) * DAY_MS),
        status: 'paid',
        currency: 'GBP',
        items,
      });
    }
  }
  return found;
}

describe('forecasts', () => {
  let service: RunningClusteringService;
  const endMs = Date.now() - DAY_MS;
  const placed = orders(endMs);
  const lastOf = new Map(placed.map(({ customerId, placedAt }) => [customerId, placedAt]));
  const features: TierFeatures = {
    average_order_value: 20,
    no_of_orders: 3,
    session_count: 3,
    total_time_spend_by_user_in_msec: 1000,
  };
  const tell = (id: string, last: Date) =>
    service.tell(new Map([[id, features]]), new Map([[id, { first: new Date(endMs - DAYS * DAY_MS), last }]]));

  beforeAll(async () => {
    service = await RunningClusteringService.start({
      mongodbUri: inject('mongodbUri'),
      kafkaBrokers: inject('kafkaBrokers'),
    });
    await service.loadOrders(placed);
    const first = new Date(endMs - DAYS * DAY_MS);
    await service.tell(
      new Map([...lastOf.keys()].map(id => [id, features])),
      new Map([...lastOf].map(([id, last]) => [id, { first, last }])),
    );
    for (const order of placed.slice(-40)) await service.change('orders', order);
    await vi.waitFor(async () => expect(await sizeOf({})).toBe(lastOf.size), DEADLINE);
  });
  afterAll(() => service.stop());

  const sizeOf = async (filter: object) =>
    (await service.json<{ members: number }>('/v1/audiences/preview', 'marketing', 'POST', { filter })).members;
  const churnOf = async (id: string) =>
    (
      await service.json<{ outlook: { churn_probability: number | null; churn_days: number | null } }>(
        `/v1/customers/${id}/tier`,
        'crm',
      )
    ).outlook;
  const train = async (name: string): Promise<TrainedRun> => {
    const { id } = await service.json<TrainedRun>(`/v1/models/${name}:train`, 'admin', 'POST');
    return vi.waitFor(async () => {
      const run = await service.json<TrainedRun>(`/v1/training-runs/${id}`);
      expect(['queued', 'running', 'failed'], run.reason ?? '').not.toContain(run.status);
      return run;
    }, DEADLINE);
  };

  it('keeps the probability of churn where outlook and audiences find it, until the customer orders', async () => {
    expect(await sizeOf({ churn_probability: { min: 0 } })).toBe(0);
    const run = await train('customer_churn');
    expect(run).toMatchObject({ status: 'succeeded', promoted: true });
    const { brier, recency_rule, calibration } = run.metrics as {
      brier: number;
      recency_rule: { brier: number };
      calibration: { said: number; came: number }[];
    };
    expect(brier).toBeLessThan(recency_rule.brier);
    expect(calibration).toHaveLength(5);
    expect(await sizeOf({ churn_probability: { min: 0 } })).toBe(lastOf.size);
    const bySilence = [...lastOf].sort(([, a], [, b]) => a.getTime() - b.getTime()).map(([id]) => id);
    const [silent = '', lively = ''] = [bySilence[0], bySilence.findLast(id => Number(id.slice(1)) % 3 === 0)];
    const [gone, here] = [await churnOf(silent), await churnOf(lively)];
    expect(gone.churn_probability).toBeGreaterThan(0.8);
    expect(here.churn_probability).toBeLessThan(0.3);
    expect(gone.churn_days).toBe(30);
    const likely = { churn_probability: { min: 0.8 } };
    const before = await sizeOf(likely);
    expect(before).toBeGreaterThan(10);
    expect(before).toBeLessThan(lastOf.size / 2);

    await tell(silent, new Date());
    await vi.waitFor(async () => expect((await churnOf(silent)).churn_probability).toBeNull(), DEADLINE);
    expect(await sizeOf(likely)).toBe(before - 1);
  });

  it('forecasts nothing of a customer who was erased, also where the warehouse still has the orders', async () => {
    await service.tell(new Map([['c6', null]]));
    const customers = service.context.laurelDb.collection<{ _id: string }>('tier_customers');
    await vi.waitFor(async () => expect(await customers.countDocuments({ _id: 'c6' })).toBe(0), DEADLINE);
    expect((await train('customer_churn')).status).toBe('succeeded');
    expect(await customers.countDocuments({ _id: 'c6' })).toBe(0);
  });

  it('finds the buyers of products whose demand rises', async () => {
    const run = await train('product_demand');
    expect(run).toMatchObject({ status: 'succeeded', promoted: true });
    expect(run.metrics).toMatchObject({ products: 3 });
    interface Demand {
      products: { product_id: string; trend: string; weekly: number[]; usual: number }[];
    }
    const { products } = await service.json<Demand>('/v1/demand', 'marketing');
    expect(products[0]?.product_id).toBe('lamp');
    expect(products[0]?.weekly).toHaveLength(4);
    const ways = Object.fromEntries(products.map(({ product_id, trend }) => [product_id, trend]));
    expect(ways).toEqual({ lamp: 'steady', candle: 'rising', fan: 'falling' });
    expect((await service.json<Demand>('/v1/demand?trend=rising', 'marketing')).products).toHaveLength(1);
    expect((await service.call('/v1/demand?trend=up', 'marketing')).status).toBe(400);
    expect((await service.call('/v1/demand', 'crm')).status).toBe(403);

    const known = placed.slice(-40);
    const buyersOf = (product: string) =>
      new Set(
        known.filter(({ items }) => items.some(item => item.productId === product)).map(({ customerId }) => customerId),
      ).size;
    await vi.waitFor(async () => expect(await sizeOf({ demand_bought: ['steady'] })).toBe(buyersOf('lamp')), DEADLINE);
    expect(buyersOf('candle')).toBeGreaterThan(0);
    expect(await sizeOf({ demand_bought: ['rising'] })).toBe(buyersOf('candle'));
  });
});
