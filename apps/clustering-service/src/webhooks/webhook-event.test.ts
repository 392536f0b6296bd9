import { describe, expect, it } from 'vitest';
import type { AnnouncedDowngrade, TierStanding } from '../tiers/tier-standing.js';
import type { Tier } from '../tiers/tier.js';
import { webhookBody, webhookNews } from './webhook-event.js';

const standing = (tier: Tier, announced: AnnouncedDowngrade | null = null): TierStanding => ({
  tier,
  source: 'model',
  reasonType: 'nearest',
  margin: 0,
  watch: null,
  announced,
});
const downgrade = (to: Tier, day: number): AnnouncedDowngrade => ({
  to,
  announcedAt: new Date('2026-01-01T00:00:00Z'),
  effectiveAt: new Date(Date.UTC(2026, 1, day)),
  reasonType: 'downgrade',
});

describe('what a decision tells', () => {
  it.each<[string, TierStanding | null, TierStanding | null, string[]]>([
    ['nothing new', standing('GOLD'), standing('GOLD'), []],
    ['first placed', null, standing('SILVER'), ['segment.entered SILVER']],
    [
      'up',
      standing('SILVER'),
      standing('GOLD'),
      ['segment.exited SILVER', 'segment.entered GOLD', 'tier.upgraded SILVER,GOLD'],
    ],
    [
      'down',
      standing('GOLD'),
      standing('SILVER'),
      ['segment.exited GOLD', 'segment.entered SILVER', 'tier.downgraded GOLD,SILVER'],
    ],
    ['gone', standing('GOLD'), null, ['segment.exited GOLD']],
    ['announced', standing('GOLD'), standing('GOLD', downgrade('SILVER', 1)), ['tier.will_downgrade GOLD,SILVER']],
    ['still announced', standing('GOLD', downgrade('SILVER', 1)), standing('GOLD', downgrade('SILVER', 1)), []],
    [
      'announced for another day',
      standing('GOLD', downgrade('SILVER', 1)),
      standing('GOLD', downgrade('SILVER', 2)),
      ['tier.will_downgrade GOLD,SILVER'],
    ],
    ['made up for', standing('GOLD', downgrade('SILVER', 1)), standing('GOLD'), ['tier.renewed GOLD,SILVER']],
    [
      'came as announced',
      standing('GOLD', downgrade('SILVER', 1)),
      standing('SILVER'),
      ['segment.exited GOLD', 'segment.entered SILVER', 'tier.downgraded GOLD,SILVER'],
    ],
  ])('%s', (_, before, after, expected) => {
    const news = webhookNews({ customerId: 'c1', before, after, modelVersion: '3', reason: 'Because' });
    expect(news.map(({ type, tiers }) => `${type} ${tiers.join()}`)).toEqual(expected);
    expect(new Set(news.map(({ _id }) => _id)).size).toBe(news.length);
    for (const { data } of news) expect(data).toMatchObject({ customer_id: 'c1' });
  });

  it('is far below the 20 kB that a message may have', () => {
    const [news] = webhookNews({
      customerId: 'c'.repeat(1000),
      before: standing('SILVER'),
      after: standing('GOLD'),
      modelVersion: '3',
      reason: 'x'.repeat(500),
    });
    const body = webhookBody('tier.upgraded', new Date(0), news?.data ?? {});
    expect(JSON.parse(body)).toMatchObject({ type: 'tier.upgraded', timestamp: '1970-01-01T00:00:00.000Z' });
    expect(Buffer.byteLength(body)).toBeLessThan(5000);
  });
});
