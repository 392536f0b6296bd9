import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { ContractWebhooks } from './contract-webhooks.js';

export const ADMIN_KEY = 'admin-key-of-the-page-tests';

const products = [
  ['85123A', 'White hanging heart T-light holder', 'Candles', 2.95],
  ['22423', 'Regency cakestand 3 tier', 'Kitchen', 12.75],
  ['47566', 'Party bunting', 'Party', 4.95],
  ['20725', 'Lunch bag red retrospot', 'Bags', 1.65],
  ['84879', 'Assorted colour bird ornament', 'Decoration', 1.69],
  ['23298', 'Spotty bunting', 'Party', 4.95],
] as const;

const reasons = [
  ['BOUGHT_TOGETHER', 'Often bought together with Party bunting'],
  ['TASTE', 'Customers with a taste like theirs bought it'],
  ['SIMILAR', 'Similar to White hanging heart T-light holder'],
  ['TASTE', 'Customers with a taste like theirs bought it'],
  ['TRENDING', 'Trending this week'],
  ['TRENDING', 'Trending this week'],
] as const;

function list(first: number): unknown {
  return {
    requestId: 'r1',
    model: { name: 'product_affinity', version: '7', trainedAt: '2026-03-01T03:00:12Z' },
    items: products.slice(0, first).map(([id, name, category, price], i) => ({
      rank: i + 1,
      score: 1 / (i + 1),
      product: { id, name, category, price, rating: 4.5, imageUrl: null },
      reason: { kind: reasons[i]?.[0], text: reasons[i]?.[1], because: [] },
    })),
  };
}

const answers: Record<string, (path: string) => unknown> = {
  '/v1/status': () => ({
    capture: {
      state: 'streaming',
      lag_seconds: 0.4,
      snapshot: {
        products: { sent: 3684, estimated: 3684, done: true },
        orders: { sent: 12_000, estimated: 24_600, done: false },
      },
      error: null,
    },
    load: { lag: 1284, error: null },
    dead_letters: { open: 3, total: 3 },
    simulated: ['browsing', 'contact data', 'consent'],
  }),
  '/v1/segments': () => ({
    segments: [
      { tier: 'PLATINUM', members: 412 },
      { tier: 'GOLD', members: 1103 },
      { tier: 'SILVER', members: 1377 },
      { tier: 'BRONZE', members: 1446 },
    ],
    as_of: '2026-03-02T09:15:00Z',
    model_version: '3',
  }),
  '/v1/segments/platinum/members': () => ({
    members: ['17850', '13047', '12583', '14911', '15311', '18102'].map(id => ({
      customer_id: id,
      tier: 'PLATINUM',
      changed_at: '2026-03-01T03:00:12Z',
    })),
    next: null,
    as_of: '2026-03-02T09:15:00Z',
    model_version: '3',
  }),
  '/v1/recommendations/metrics': () => ({
    from: '2026-02-02T09:15:00Z',
    until: '2026-03-02T09:15:00Z',
    known_until: '2026-03-02T09:14:00Z',
    metrics: [
      {
        model: 'product_affinity',
        version: '7',
        placement: 'home',
        customers: 2104,
        impressions: 12_480,
        clicks: 402,
        carts: 130,
        purchases: 61,
        revenue: 498.2,
        click_through_rate: { value: 0.0322, low: 0.0293, high: 0.0355 },
        conversion_rate: { value: 0.0049, low: 0.0038, high: 0.0063 },
        revenue_per_thousand: { value: 39.92, low: null, high: null },
      },
    ],
  }),
  '/v1/models': () => ({
    models: [
      {
        name: 'user_clusters',
        versions: [
          {
            version: '3',
            status: 'live',
            trained_at: '2026-03-01T03:00:02Z',
            metrics: { davies_bouldin: 0.8713, mean_squared_distance: 0.9217, silhouette: 0.4123 },
          },
          {
            version: '2',
            status: 'archived',
            trained_at: '2026-02-01T03:00:02Z',
            metrics: { davies_bouldin: 0.8921, mean_squared_distance: 0.9412 },
          },
        ],
      },
      {
        name: 'product_affinity',
        versions: [
          {
            version: 7,
            status: 'live',
            trained_at: '2026-03-01T03:00:12Z',
            metrics: { HR5: 0.2314, NDCG5: 0.1031, MAP5: 0.0671, recall20: 0.1873 },
            reason: 'not worse than version 6 on the same split',
          },
        ],
      },
    ],
  }),
  '/v1/models/user_clusters/versions/2/dry-run': () => ({
    version: 2,
    customers: 4338,
    as_of: '2026-03-02T09:15:00Z',
    transitions: {
      PLATINUM: { PLATINUM: 412, GOLD: 0, SILVER: 0, BRONZE: 0 },
      GOLD: { PLATINUM: 31, GOLD: 1072, SILVER: 0, BRONZE: 0 },
      SILVER: { PLATINUM: 0, GOLD: 57, SILVER: 1320, BRONZE: 0 },
      BRONZE: { PLATINUM: 0, GOLD: 0, SILVER: 8, BRONZE: 1438 },
    },
    headed_for: {
      PLATINUM: { PLATINUM: 393, GOLD: 19, SILVER: 0, BRONZE: 0 },
      GOLD: { PLATINUM: 31, GOLD: 1060, SILVER: 12, BRONZE: 0 },
      SILVER: { PLATINUM: 0, GOLD: 57, SILVER: 1320, BRONZE: 0 },
      BRONZE: { PLATINUM: 0, GOLD: 0, SILVER: 8, BRONZE: 1438 },
    },
    revenue_at_risk: { customers: 31, revenue: 18_412.5, share: 0.0213 },
    messages: { 'tier.upgraded': 96, 'tier.downgraded': 0, 'tier.will_downgrade': 4, 'tier.renewed': 2 },
  }),
  '/v1/customers/17850/tier': () => ({
    customer_id: '17850',
    tier: 'GOLD',
    effective_from: '2026-01-12T03:01:00Z',
    source: 'model',
    perks: ['early access', 'free shipping'],
  }),
  '/v1/customers/17850/tier/explanation': () => ({
    customer_id: '17850',
    tier: 'GOLD',
    reason: 'Nearest to the typical Gold customer.',
    model: {
      tier: 'GOLD',
      neighbour: 'PLATINUM',
      margin: 0.12,
      contributions: [
        { feature: 'no_of_orders', value: 9, own_centroid: 7.2, neighbour_centroid: 21.4, difference: 1.92 },
        {
          feature: 'average_order_value',
          value: 412.5,
          own_centroid: 310.2,
          neighbour_centroid: 455.1,
          difference: -0.61,
        },
        { feature: 'session_count', value: 24, own_centroid: 19.8, neighbour_centroid: 44.3, difference: 0.84 },
        {
          feature: 'total_time_spend_by_user_in_msec',
          value: 8_431_000,
          own_centroid: 6_120_000,
          neighbour_centroid: 15_900_000,
          difference: 0.47,
        },
      ],
      moves_up: { to: 'PLATINUM', changes: [{ feature: 'no_of_orders', from: 9, to: 13 }], distance: 0.7 },
    },
  }),
  '/v1/customers/17850/tier/history': () => ({
    history: [
      {
        tier: 'SILVER',
        effective_from: '2025-08-03T03:01:00Z',
        effective_to: '2026-01-12T03:01:00Z',
        reason_type: 'nearest',
      },
      { tier: 'GOLD', effective_from: '2026-01-12T03:01:00Z', effective_to: null, reason_type: 'upgrade' },
    ],
  }),
  '/v1/features/17850': () => ({
    customer_id: '17850',
    session_count: 24,
    total_time_spend_by_user_in_msec: 8_431_000,
    average_order_value: 412.5,
    no_of_orders: 9,
    revenue: 3712.5,
    first_order_at: '2025-07-30T08:26:00Z',
    last_order_at: '2026-02-20T10:26:00Z',
  }),
};

const graphqlSchema = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()) });

function graphql(body: string): unknown {
  const { query, variables } = graphqlSchema.parse(JSON.parse(body));
  if (query.includes('recommendations(')) return { data: { recommendations: list(5) } };
  if (query.includes('product(id')) {
    const [id, name, category, price] = products[0];
    return {
      data: { product: variables['id'] === id ? { id, name, category, price, rating: 4.5, imageUrl: null } : null },
    };
  }
  return { data: { list: list(6) } };
}

/**
 * One server that answers for all four services in the contract's shapes, to the admin key alone. `broken` holds the paths that fail with 500.
 */
export class ContractServices {
  readonly broken = new Set<string>();
  readonly webhooks = new ContractWebhooks();
  readonly audiences: { id: string; name: string; filter: { tiers: string[] }; created_at: string }[] = [
    { id: 'a1', name: 'Spring sale', filter: { tiers: ['PLATINUM', 'GOLD'] }, created_at: '2026-02-14T10:00:00Z' },
  ];
  private readonly server: Server = createServer((request, response) => {
    void this.answer(request).then(({ status, headers, body }) => {
      response
        .writeHead(status, {
          'access-control-allow-origin': '*',
          'access-control-allow-headers': '*',
          'access-control-expose-headers': '*',
          ...headers,
        })
        .end(body);
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve));
    const { port } = z.object({ port: z.number() }).parse(this.server.address());
    return `http://127.0.0.1:${port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  private async answer(
    request: IncomingMessage,
  ): Promise<{ status: number; headers?: Record<string, string>; body?: string }> {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (request.method === 'OPTIONS')
      return { status: 204, headers: { 'access-control-allow-headers': 'authorization, content-type' } };
    if (request.headers.authorization !== `Bearer ${ADMIN_KEY}`) return problem(401, 'This key is not known.');
    if (this.broken.has(path))
      return problem(500, 'Something went wrong on our side. It has been logged as request r-500.');
    const body = await text(request);
    if (path === '/graphql') return json(graphql(body));
    if (path.endsWith('/export')) {
      return {
        status: 200,
        headers: { 'content-type': 'text/csv', 'laurel-export-report': '/v1/audiences/a2/exports/e1' },
        body: 'Email,Phone\nabc,def\n',
      };
    }
    if (path === '/v1/audiences')
      return json(request.method === 'POST' ? this.create(body) : { audiences: this.audiences });
    if (path.includes('/exports/')) {
      return json({
        id: 'e1',
        status: 'complete',
        members: 1515,
        exported: 1214,
        held_back: { no_ad_consent: 280, no_email: 21 },
      });
    }
    const webhooks = this.webhooks.answer(path, body);
    if (webhooks !== undefined) return json(webhooks);
    const found =
      answers[path] ??
      (/^\/v1\/segments\/\w+\/members$/.test(path) ? answers['/v1/segments/platinum/members'] : undefined);
    return found ? json(found(path)) : problem(404, `Nothing is known of ${path.split('/')[3] ?? path}.`);
  }

  private create(body: string): unknown {
    const { name, filter } = z
      .object({ name: z.string(), filter: z.object({ tiers: z.array(z.string()) }) })
      .parse(JSON.parse(body));
    const audience = { id: `a${this.audiences.length + 1}`, name, filter, created_at: '2026-03-02T09:15:00Z' };
    this.audiences.push(audience);
    return audience;
  }
}

function json(value: unknown): { status: number; headers: Record<string, string>; body: string } {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

function problem(status: number, detail: string): { status: number; headers: Record<string, string>; body: string } {
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type: 'about:blank', title: 'Error', status, detail }),
  };
}
