import type { Filter } from 'mongodb';
import type { TierCustomer, TierStore } from '../tiers/tier-store.js';
import type { AudienceFacts } from './audience-facts.js';
import type { AudienceFilter } from './audience.js';
import type { AudienceMember } from './formats/audience-format.js';

const BATCH = 1000;

/** Finds the members of an audience, a batch at a time, in the order of their ids. */
export class AudienceMembers {
  constructor(
    private readonly store: TierStore,
    private readonly facts: AudienceFacts,
  ) {}

  /** How many members an audience has now. */
  async count(filter: AudienceFilter): Promise<number> {
    if (!filter.countries && !filter.categories_bought) return this.store.customers.countDocuments(queryOf(filter));
    let count = 0;
    for await (const batch of this.batches(filter)) count += batch.length;
    return count;
  }

  /** Members in batches of up to 1,000; memory does not grow with the audience. */
  async *batches(filter: AudienceFilter): AsyncGenerator<AudienceMember[]> {
    const products = filter.categories_bought && (await this.facts.productsOf(filter.categories_bought));
    let batch: AudienceMember[] = [];
    for await (const customer of this.store.customers.find(queryOf(filter), { sort: { _id: 1 }, batchSize: BATCH })) {
      const member = memberOf(customer);
      if (member) batch.push(member);
      if (batch.length < BATCH) continue;
      yield await this.narrowed(batch, filter, products);
      batch = [];
    }
    yield await this.narrowed(batch, filter, products);
  }

  private async narrowed(
    batch: AudienceMember[],
    { countries }: AudienceFilter,
    products: ReadonlySet<string> | undefined,
  ): Promise<AudienceMember[]> {
    let members = batch;
    if (countries) {
      const there = await this.facts.livingIn(
        members.map(({ customerId }) => customerId),
        countries,
      );
      members = members.filter(({ customerId }) => there.has(customerId));
    }
    if (products) {
      const buyers = await this.facts.buyersOf(
        members.map(({ customerId }) => customerId),
        products,
      );
      members = members.filter(({ customerId }) => buyers.has(customerId));
    }
    return members;
  }
}

function queryOf({ tiers, features, last_order_after, last_order_before }: AudienceFilter): Filter<TierCustomer> {
  const conditions: Filter<TierCustomer>[] = [
    { known: { $ne: null }, 'standing.tier': tiers ? { $in: tiers } : { $exists: true } },
  ];
  for (const [feature, { min, max }] of Object.entries(features ?? {})) {
    const field = feature === 'revenue' ? 'known.revenue' : `known.features.${feature}`;
    conditions.push({
      [field]: { ...(min !== undefined && { $gte: min }), ...(max !== undefined && { $lte: max }), $exists: true },
    });
  }
  if (last_order_after !== undefined) conditions.push({ 'known.lastOrderAt': { $gte: new Date(last_order_after) } });
  if (last_order_before !== undefined) conditions.push({ 'known.lastOrderAt': { $lt: new Date(last_order_before) } });
  return { $and: conditions };
}

function memberOf({ _id, known, standing, changedAt }: TierCustomer): AudienceMember | undefined {
  if (!known || !standing || !changedAt) return undefined;
  const { features, revenue, lastOrderAt } = known;
  return { customerId: _id, tier: standing.tier, changedAt, features, revenue, lastOrderAt };
}
