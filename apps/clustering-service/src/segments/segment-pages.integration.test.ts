import { randomUUID } from 'node:crypto';
import { Outbox } from '@laurel/change-log';
import fc from 'fast-check';
import { type Db, MongoClient } from 'mongodb';
import { createLogger, readSettings } from '@laurel/service';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readTierConfiguration } from '../configuration/tier-configuration.js';
import { LiveTierModels } from '../models/live-tier-models.js';
import { featuresAt } from '../testing/tier-samples.js';
import { TierDecider } from '../tiers/tier-decider.js';
import { TierStore } from '../tiers/tier-store.js';
import type { Tier } from '../tiers/tier.js';
import { WebhookStore } from '../webhooks/webhook-store.js';
import { readCursor, writeCursor, type Cursor } from './cursor.js';
import { type Leaver, type Member, SegmentPages } from './segment-pages.js';

const IDS = ['a', 'b', 'c', 'd', 'é', '😀'];

/** Who changes at one moment, and to what; null: is gone. */
type Change = Readonly<Record<string, Tier | null>>;

const change: fc.Arbitrary<Change> = fc.dictionary(
  fc.constantFrom(...IDS),
  fc.oneof({ weight: 6, arbitrary: fc.constantFrom<Tier>('PLATINUM', 'GOLD') }, fc.constantFrom('BRONZE', null)),
  { minKeys: 1, maxKeys: 4 },
);
/** What happens, in this order: tiers change, or the one who pulls asks for the next page. */
const story = fc.array(fc.oneof(change, fc.constant('page' as const)), { minLength: 4, maxLength: 12 });

describe('pulls while tiers change', () => {
  let mongo: MongoClient;
  let db: Db;
  let store: TierStore;
  let decider: TierDecider;

  beforeAll(async () => {
    mongo = await new MongoClient(inject('mongodbUri')).connect();
    db = mongo.db(`pulls_${randomUUID().slice(0, 8)}`);
    store = new TierStore(db);
    await store.prepare();
    const webhooks = new WebhookStore(db);
    await webhooks.prepare();
    await db.createCollection('outbox_tiers');
    const outbox = new Outbox({
      name: 'tiers',
      db,
      logger: createLogger(readSettings({ LOG_LEVEL: 'silent' })),
      instanceId: 'test',
    });
    decider = new TierDecider(mongo, store, outbox, webhooks, readTierConfiguration('nowhere'), 365);
  });
  afterAll(async () => {
    await db.dropDatabase();
    await mongo.close();
  });

  const anew = async () => {
    await store.customers.deleteMany({});
    await store.rows.deleteMany({});
  };

  const make = async (changes: Change) => {
    const at = new Date();
    const known = { features: featuresAt([]), revenue: 0, firstOrderAt: null, lastOrderAt: null, asOf: at, version: 1 };
    await store.customers.bulkWrite(
      Object.entries(changes).map(([_id, tier]) => ({
        updateOne: {
          filter: { _id },
          update: {
            $set: { known: tier && known, pin: tier && { tier, reason: 'test', at }, stale: true },
            $setOnInsert: { standing: null, changedAt: null },
          },
          upsert: true,
        },
      })),
    );
    await decider.decide(Object.keys(changes), LiveTierModels.NONE, at);
  };

  /** Who was in a segment at a moment, by what the story did until then. */
  class Truth {
    private readonly moments: { at: number; tiers: ReadonlyMap<string, Tier> }[] = [];
    async note(changes: Change): Promise<void> {
      const tiers = new Map(this.moments.at(-1)?.tiers);
      for (const [id, tier] of Object.entries(changes)) {
        if (tier) tiers.set(id, tier);
        else tiers.delete(id);
      }
      this.moments.push({ at: (await store.clock()).at.getTime(), tiers });
    }
    members(tier: Tier, at: Date): string[] {
      const then = this.moments.findLast(moment => moment.at <= at.getTime())?.tiers ?? new Map<string, Tier>();
      return IDS.filter(id => then.get(id) === tier).sort();
    }
  }

  /** Asks for one page after the other, as a client does, with what the cursors say and nothing else. */
  class Puller {
    readonly members = new Set<string>();
    private cursor: string | undefined;
    constructor(
      private readonly pages: SegmentPages,
      private readonly limit: number,
      private readonly delta: boolean,
    ) {}

    /** Takes the next page; at the end of a pull, the moment that the members are of. */
    async next(): Promise<Date | undefined> {
      const cursor = this.cursor === undefined ? undefined : readCursor(this.cursor);
      if (!cursor && !this.delta) this.members.clear();
      const now = (await store.clock()).at;
      const { entries, next, asOf } = await this.page(cursor, now);
      expect(entries.length).toBeLessThanOrEqual(this.limit);
      for (const entry of entries) this.take(entry, cursor?.kind === 'changes');
      const on: Cursor | undefined = this.delta ? { kind: 'changes', tier: 'GOLD', from: asOf.getTime() } : undefined;
      const following = next ?? on;
      this.cursor = following && writeCursor(following);
      return next ? undefined : asOf;
    }

    private page(cursor: Cursor | undefined, now: Date) {
      const { pages, limit } = this;
      if (cursor?.kind !== 'changes')
        return pages.members('GOLD', cursor ? new Date(cursor.upto) : now, {
          limit,
          ...(cursor && { after: cursor.after }),
        });
      const upto = cursor.upto === undefined ? now : new Date(cursor.upto);
      const options = { limit, now: new Date(), ...(cursor.after && { after: cursor.after }) };
      return pages.changes('GOLD', new Date(cursor.from), upto, options);
    }

    private take(entry: Member | Leaver, again: boolean): void {
      if ('removed' in entry) this.members.delete(entry.customer_id);
      else {
        if (!again) expect(this.members, 'doubled').not.toContain(entry.customer_id);
        this.members.add(entry.customer_id);
      }
    }
  }

  it.each([
    ['a full pull shows each member of its first page’s moment once', false],
    ['a delta that is followed leads to the members of each moment it names', true],
  ])('%s', async (_, delta) => {
    let pulls = 0;
    await fc.assert(
      fc
        .asyncProperty(story, fc.integer({ min: 1, max: 3 }), async (steps, limit) => {
          const truth = new Truth();
          const puller = new Puller(new SegmentPages(store), limit, delta);
          const page = async () => {
            const asOf = await puller.next();
            if (!asOf) return false;
            expect([...puller.members].sort()).toEqual(truth.members('GOLD', asOf));
            pulls++;
            return true;
          };
          for (const step of steps) {
            if (step === 'page') await page();
            else {
              await make(step);
              await truth.note(step);
            }
          }
          while (!(await page()));
          await page();
        })
        .beforeEach(anew),
      { numRuns: 8 },
    );
    expect(pulls).toBeGreaterThan(15);
  });
});
