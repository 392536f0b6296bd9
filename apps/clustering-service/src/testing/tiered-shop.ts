import type { SubjectService } from '@laurel/change-log';
import type { TestServers } from '@laurel/test-home';
import { expect, vi } from 'vitest';
import type { TierFeatures } from '../tiers/tier-features.js';
import type { Tier } from '../tiers/tier.js';
import { RunningClusteringService } from './running-clustering-service.js';
import { simulatedBuyers } from './tier-samples.js';

/** How long tests wait for what comes by itself. */
export const DEADLINE = { timeout: 60_000, interval: 50 };

/** The features of somebody who only looks. */
export const nothing: TierFeatures = {
  average_order_value: 0,
  no_of_orders: 0,
  session_count: 3,
  total_time_spend_by_user_in_msec: 1000,
};

/** A customer's tier, as the service tells it. */
export interface TierAnswer {
  tier: Tier;
  source: string;
  reason_type: string;
  perks: string[];
  model_version: string | null;
}

/** A page of members or of a delta. */
export interface Page {
  members: { customer_id: string; tier?: Tier; removed?: true; reason?: string }[];
  next: string | null;
  delta_link?: string | null;
  as_of: string;
  model_version: string | null;
}

/** What an erasure is known by. */
export interface Receipt {
  receipt_id: string;
  status: string;
  removed: { service: string; store: string; from: string; records: number }[];
  waiting_for: SubjectService[];
}

/** A training. */
export interface Run {
  id: string;
  status: string;
  reason: string | null;
  version: number | null;
}

/** A clustering service for a shop with 200 buyers (c00000 to c00199) and 20 who only look (n0 to n19), and what tests ask of it again and again. */
export class TieredShop {
  readonly buyers = new Map(simulatedBuyers(200, 1).map(({ customerId, features }) => [customerId, features]));
  readonly browsers = new Map(Array.from({ length: 20 }, (_, i) => [`n${i}`, nothing] as const));

  private constructor(readonly service: RunningClusteringService) {}

  /** Nobody is known yet. */
  static async open(servers: TestServers): Promise<TieredShop> {
    return new TieredShop(await RunningClusteringService.start(servers));
  }

  /** Everybody has a tier by a first model: 50 each are Platinum, Gold and Silver. */
  static async trained(servers: TestServers): Promise<TieredShop> {
    const shop = await TieredShop.open(servers);
    const { service, buyers, browsers } = shop;
    await service.tell(new Map([...buyers, ...browsers]));
    await vi.waitFor(async () => expect((await shop.sizes()).BRONZE).toBe(220), DEADLINE);
    await service.load(buyers);
    await shop.ended(await service.json<Run>('/v1/models/user_clusters:train', 'admin', 'POST'));
    await vi.waitFor(async () => expect((await shop.sizes()).BRONZE).toBe(70), DEADLINE);
    return shop;
  }

  tierOf(id: string): Promise<TierAnswer> {
    return this.service.json<TierAnswer>(`/v1/customers/${id}/tier`, 'crm');
  }

  async sizes(): Promise<Record<Tier, number>> {
    const answer = await this.service.json<{ segments: { tier: Tier; members: number }[] }>('/v1/segments', 'crm');
    const sizes = { PLATINUM: 0, GOLD: 0, SILVER: 0, BRONZE: 0 };
    for (const { tier, members } of answer.segments) sizes[tier] = members;
    return sizes;
  }

  /** Waits for the end of a training. */
  ended({ id }: Run): Promise<Run> {
    return vi.waitFor(async () => {
      const now = await this.service.json<Run>(`/v1/training-runs/${id}`);
      expect(['succeeded', 'refused', 'failed']).toContain(now.status);
      return now;
    }, DEADLINE);
  }

  /** A full pull. */
  async membersOf(tier: Tier, limit = 7): Promise<string[]> {
    const ids: string[] = [];
    for (let query = `limit=${limit}`; ;) {
      const page = await this.service.json<Page>(`/v1/segments/${tier.toLowerCase()}/members?${query}`, 'crm');
      expect(page.members.length).toBeLessThanOrEqual(limit);
      ids.push(...page.members.map(({ customer_id }) => customer_id));
      if (page.next === null) return ids;
      query = `limit=${limit}&cursor=${page.next}`;
    }
  }

  /** Follows a delta to its end, applying it to `members`; the link for the next. */
  async follow(link: string, members: Set<string>): Promise<string> {
    for (let path = link; ;) {
      const page = await this.service.json<Page>(path, 'crm');
      for (const { customer_id, removed } of page.members) {
        if (removed) members.delete(customer_id);
        else members.add(customer_id);
      }
      if (page.delta_link) return page.delta_link;
      path = `${link.split('?')[0] ?? ''}?limit=5&cursor=${page.next ?? ''}`;
    }
  }

  /** The newest message of each key of a topic. */
  async newestOf(topic: string): Promise<Map<string, Record<string, unknown> | null>> {
    const newest = new Map<string, Record<string, unknown> | null>();
    for (const { partition } of await this.service.transport.offsets(topic)) {
      await this.service.transport.readToEnd(topic, partition, batch => {
        for (const { key, value } of batch.messages)
          newest.set(String(key), value && (JSON.parse(value.toString()) as Record<string, unknown>));
        return Promise.resolve();
      });
    }
    return newest;
  }
}
