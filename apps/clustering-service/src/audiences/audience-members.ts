import type { Document, Filter } from 'mongodb';
import { pagesOf } from '../mongo/pages-of.js';
import type { TierCustomer, TierStore } from '../tiers/tier-store.js';
import { churnWithin } from '../forecasts/customer-churn.js';
import type { DemandStore } from '../forecasts/demand-store.js';
import type { AudienceFacts } from './audience-facts.js';
import type { OutlookService } from '../outlook/outlook-service.js';
import type { AudienceFilter } from './audience.js';
import { isExpected, needsOutlook } from './outlook-filter.js';
import type { AudienceMember } from './formats/audience-format.js';
import { isHeldOut } from './holdout.js';
import type { LikelyBuyers } from './likely-buyers.js';

/** Few enough that what is read of them is gone before the collector of garbage would move it: 1,000 at a time cost half as much again. */
const BATCH = 250;

/** Who is meant, with the audiences that are left out as they are defined; `id` draws the holdout group. */
export interface ResolvedTarget {
  id: string;
  filter: AudienceFilter;
  exclude: readonly ResolvedTarget[];
  holdoutPercent: number;
}

/** Some of an audience's members, and how many beside them were left out for being in another audience. */
export interface MemberBatch {
  members: AudienceMember[];
  excluded: number;
}

/** How many an audience has: `members` with the `holdout` among them, without the `excluded`. */
export interface AudienceSize {
  members: number;
  excluded: number;
  holdout: number;
}

/** Finds the members of an audience, a batch at a time, in the order of their ids. */
export class AudienceMembers {
  constructor(
    private readonly store: TierStore,
    private readonly facts: AudienceFacts,
    private readonly outlook: Pick<OutlookService, 'of'>,
    private readonly demand: Pick<DemandStore, 'productsWith'>,
    private readonly likely: LikelyBuyers,
  ) {}

  /** How many members an audience has now. */
  async size(target: ResolvedTarget): Promise<AudienceSize> {
    const size = { members: 0, excluded: 0, holdout: 0 };
    const { filter, exclude, holdoutPercent } = target;
    const { countries, categories_bought, demand_bought, likely_to_buy } = filter;
    const byQuery = !(countries ?? categories_bought ?? demand_bought ?? likely_to_buy) && !needsOutlook(filter);
    if (byQuery && exclude.length === 0 && holdoutPercent === 0)
      return { ...size, members: await this.store.customers.countDocuments(queryOf(filter)) };
    for await (const { members, excluded } of this.batches(target, { details: false })) {
      size.members += members.length;
      size.excluded += excluded;
      size.holdout += members.filter(({ heldOut }) => heldOut).length;
    }
    return size;
  }

  /** Members in batches of about 250, with details where asked for; memory does not grow with the audience. */
  async *batches(
    { id, filter, exclude, holdoutPercent }: ResolvedTarget,
    { details }: { details: boolean },
  ): AsyncGenerator<MemberBatch> {
    const products = await this.productsOf(filter);
    const taken = async (batch: readonly AudienceMember[]): Promise<MemberBatch> => {
      const fitting = await this.narrowed(batch, filter, products);
      const others = await this.inAny(
        fitting.map(({ customerId }) => customerId),
        exclude,
      );
      const members = fitting.flatMap(member =>
        others.has(member.customerId)
          ? []
          : { ...member, heldOut: holdoutPercent > 0 && isHeldOut(id, member.customerId, holdoutPercent) },
      );
      return { members, excluded: fitting.length - members.length };
    };
    const customers = this.store.customers.find(queryOf(filter), {
      projection: fieldsFor(filter, details),
      sort: { _id: 1 },
      batchSize: BATCH,
    });
    let batch: AudienceMember[] = [];
    for await (const page of pagesOf(customers)) {
      for (const customer of page) {
        const member = this.memberOf(customer, filter);
        if (member) batch.push(details ? { ...member, ...detailsOf(customer) } : member);
      }
      if (batch.length < BATCH) continue;
      yield await taken(batch);
      batch = [];
    }
    yield await taken(batch);
  }

  /** Those of the customers who are members of at least one of the audiences. */
  private async inAny(customerIds: readonly string[], targets: readonly ResolvedTarget[]): Promise<Set<string>> {
    const found = new Set<string>();
    for (const { filter, exclude } of targets) {
      const ids = customerIds.filter(id => !found.has(id));
      if (ids.length === 0) break;
      const customers = await this.store.customers
        .find({ $and: [{ _id: { $in: ids } }, queryOf(filter)] }, { projection: fieldsFor(filter, false) })
        .toArray();
      const members = await this.narrowed(
        customers.flatMap(customer => this.memberOf(customer, filter) ?? []),
        filter,
        await this.productsOf(filter),
      );
      const fitting = members.map(({ customerId }) => customerId);
      const others = await this.inAny(fitting, exclude);
      for (const id of fitting) if (!others.has(id)) found.add(id);
    }
    return found;
  }

  /** Undefined for who is none, as far as the query could not say. */
  private memberOf({ _id, known, standing }: TierCustomer, filter: AudienceFilter): AudienceMember | undefined {
    if (!standing) return undefined;
    if (needsOutlook(filter) && !(known && isExpected(this.outlook.of(known), filter))) return undefined;
    return { customerId: _id, tier: standing.tier };
  }

  /** Sets of products; a member has bought at least one of each. */
  private async productsOf({ categories_bought, demand_bought }: AudienceFilter): Promise<ReadonlySet<string>[]> {
    return Promise.all([
      ...(categories_bought ? [this.facts.productsOf(categories_bought)] : []),
      ...(demand_bought ? [this.demand.productsWith(demand_bought)] : []),
    ]);
  }

  private async narrowed(
    batch: readonly AudienceMember[],
    { countries, likely_to_buy }: AudienceFilter,
    products: readonly ReadonlySet<string>[],
  ): Promise<readonly AudienceMember[]> {
    let members = batch;
    if (countries) {
      const there = await this.facts.livingIn(
        members.map(({ customerId }) => customerId),
        countries,
      );
      members = members.filter(({ customerId }) => there.has(customerId));
    }
    for (const some of products) {
      const buyers = await this.facts.buyersOf(
        members.map(({ customerId }) => customerId),
        some,
      );
      members = members.filter(({ customerId }) => buyers.has(customerId));
    }
    return likely_to_buy ? this.likely.among(members, likely_to_buy) : members;
  }
}

function fieldsFor(filter: AudienceFilter, details: boolean): Document {
  return {
    'standing.tier': 1,
    ...((details || needsOutlook(filter)) && { known: 1 }),
    ...(details && { changedAt: 1 }),
  };
}

function detailsOf({ known, changedAt }: TierCustomer): Pick<AudienceMember, 'details'> {
  if (!known || !changedAt) return {};
  const { features, revenue, lastOrderAt } = known;
  return { details: { changedAt, features, revenue, lastOrderAt } };
}

function queryOf({
  tiers,
  features,
  last_order_after,
  last_order_before,
  churn_probability,
}: AudienceFilter): Filter<TierCustomer> {
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
  if (churn_probability) conditions.push(churnWithin(churn_probability));
  return { $and: conditions };
}
