import type { Tier, TierClock, TierCustomer, TierRow } from '@laurel/clustering-service';
import type { Db } from 'mongodb';

const AT_ONCE = 10_000;
const TIERS: readonly Tier[] = ['PLATINUM', 'GOLD', 'SILVER', 'BRONZE'];
const DAY_MS = 86_400_000;

interface ShopCustomer {
  _id: string;
  email: string;
  phone: string;
  firstName: string;
  lastName: string;
  country: string;
  postalCode: string;
  consent: Record<'ad_user_data' | 'ad_personalization' | 'email_marketing', 'GRANTED'>;
  createdAt: Date;
}

/** Customers with a tier, a quarter in each, with its history's only row and, in the shop, contact data and every consent. */
export async function fillMembers(laurelDb: Db, shopDb: Db, count: number, say: (line: string) => void): Promise<void> {
  const customers = laurelDb.collection<TierCustomer>('tier_customers');
  const rows = laurelDb.collection<TierRow>('tier_rows');
  const contacts = shopDb.collection<ShopCustomer>('customers');
  const startMs = Date.now() - DAY_MS;
  for (let from = 0; from < count; from += AT_ONCE) {
    const at = new Date(startMs + from);
    const ids = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => from + i);
    const unordered = { ordered: false };
    await Promise.all([
      customers.insertMany(
        ids.map(n => customer(n, at)),
        unordered,
      ),
      rows.insertMany(
        ids.map(n => row(n, tierOf(n), at)),
        unordered,
      ),
      contacts.insertMany(ids.map(contact), unordered),
    ]);
    if (from % (count / 5) === 0) say(`${from} of ${count} members made`);
  }
  const quarter = count / TIERS.length;
  await laurelDb.collection<TierClock>('tier_clock').replaceOne(
    { _id: 'tiers' },
    {
      at: new Date(startMs + count),
      members: { PLATINUM: quarter, GOLD: quarter, SILVER: quarter, BRONZE: quarter },
      modelVersion: '1',
      revision: 1,
      markedRevision: 1,
    },
    { upsert: true },
  );
}

/** The ids of some who are Gold, and are none of those whom {@link changeMembers} moves where it moves every twentieth. */
export function goldMembers(count: number): string[] {
  return Array.from({ length: count }, (_, i) => idOf(TIERS.length * i + TIERS.indexOf('GOLD')));
}

/** Moves every so-many-th member one tier on, as a decision does; how many there were. */
export async function changeMembers(laurelDb: Db, count: number, every: number): Promise<number> {
  const rows = laurelDb.collection<TierRow>('tier_rows');
  const clocks = laurelDb.collection<TierClock>('tier_clock');
  let changed = 0;
  for (let from = 0; from < count; from += AT_ONCE * every) {
    const numbers = Array.from({ length: AT_ONCE }, (_, i) => from + i * every).filter(n => n < count);
    const ids = numbers.map(idOf);
    const clock = await clocks.findOneAndUpdate(
      { _id: 'tiers' },
      [{ $set: { at: { $max: ['$$NOW', { $add: ['$at', 1] }] } } }],
      { returnDocument: 'after' },
    );
    const at = clock?.at ?? new Date();
    await rows.updateMany({ customer_id: { $in: ids }, effective_to: null }, { $set: { effective_to: at } });
    await rows.insertMany(
      numbers.map(n => row(n, tierOf(n + 1), at)),
      { ordered: false },
    );
    changed += ids.length;
  }
  return changed;
}

function idOf(n: number): string {
  return `c${String(n).padStart(8, '0')}`;
}

function tierOf(n: number): Tier {
  return TIERS[n % TIERS.length] ?? 'BRONZE';
}

function customer(n: number, at: Date): TierCustomer {
  const features = {
    average_order_value: 10 + (n % 90),
    no_of_orders: 1 + (n % 12),
    session_count: n % 40,
    total_time_spend_by_user_in_msec: n * 7,
  };
  return {
    _id: idOf(n),
    known: { features, revenue: 100, firstOrderAt: at, lastOrderAt: at, asOf: at, version: 1 },
    standing: { tier: tierOf(n), source: 'model', reasonType: 'nearest', margin: 0, watch: null, announced: null },
    pin: null,
    changedAt: at,
    decidedAt: at,
    modelVersion: '1',
    runId: null,
    stale: false,
    checkAt: null,
  };
}

function row(n: number, tier: Tier, at: Date): TierRow {
  return {
    customer_id: idOf(n),
    tier,
    effective_from: at,
    effective_to: null,
    decided_at: at,
    reason_type: 'nearest',
    reason: 'Nearest to this tier',
    run_id: null,
    model_version: '1',
    margin: 0,
    source: 'model',
  };
}

function contact(n: number): ShopCustomer {
  return {
    _id: idOf(n),
    email: `Customer.${n}@Example.com`,
    phone: `+4479${String(n).padStart(8, '0')}`,
    firstName: 'Jane',
    lastName: `Doe${n % 1000}`,
    country: 'United Kingdom',
    postalCode: 'EC1A 1BB',
    consent: { ad_user_data: 'GRANTED', ad_personalization: 'GRANTED', email_marketing: 'GRANTED' },
    createdAt: new Date(0),
  };
}
