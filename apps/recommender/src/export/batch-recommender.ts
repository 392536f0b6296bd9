import { BatchScoring, type HistoryBatch, type TopLists } from '@laurel/learning';
import type { Answer } from '../answers/answer.js';
import { Recommender } from '../answers/recommender.js';
import { CustomerHistories } from '../candidates/customer-histories.js';
import { poolSize } from '../candidates/pool-size.js';
import type { TierName } from '../customers/customer-profile.js';
import type { PlacedModel } from '../models/placed-model.js';
import type { PlacedModels } from '../models/placed-models.js';
import { Eligibility, type ProductFilter } from '../ranking/eligibility.js';
import type { ShopState } from '../read-model/shop-state.js';
import { PlacedRules } from '../rules/placed-rules.js';
import type { RankingRules } from '../rules/ranking-rules.js';
import { type BatchScore, BatchScores } from './batch-scores.js';
import { type ModelQuery, packHistories } from './pack-histories.js';

/** Customers that are scored while the lists of as many before them are made. */
const BATCH = 512;
/** Customers whose histories one thread takes at a time. */
const TASK = 128;

/** What lists are made of: pinned for as long as a {@link BatchRecommender} lives, though what customers do is followed. */
export interface BatchSource {
  state: ShopState;
  models: PlacedModels;
  rules: RankingRules;
}

interface CustomerGroup {
  placed: PlacedModel;
  tier: TierName | undefined;
  queries: ModelQuery[];
}

/** A customer's list. */
export interface CustomerAnswer {
  customerId: string;
  answer: Answer;
}

/**
 * Makes the lists of many customers by the stages of the {@link Recommender}, so that each is what it would answer. What models say is found in
 * worker threads, batch by batch, one batch ahead; which products may be shown at all is looked up anew for each.
 */
export class BatchRecommender {
  private readonly models: readonly PlacedModel[];
  private readonly scoring: BatchScoring | undefined;
  private readonly scores = new BatchScores();
  private readonly histories: CustomerHistories;
  private readonly eligibility: Eligibility;
  private readonly rules: PlacedRules;
  private readonly recommender: Recommender;

  constructor(
    private readonly source: BatchSource,
    threads: number,
  ) {
    const { state, models, rules } = source;
    this.models = models.all;
    this.histories = new CustomerHistories(state, 3 * BATCH);
    this.eligibility = new Eligibility(state.catalogue);
    this.rules = new PlacedRules(rules, state.catalogue);
    this.recommender = new Recommender(state, models.of, rules, { histories: this.histories, scored: this.scores });
    if (this.models.length > 0)
      this.scoring = new BatchScoring(
        this.models.map(({ model }) => model),
        threads,
      );
  }

  /** The list of each customer, in the order given. */
  async *answers(
    customerIds: readonly string[],
    first: number,
    filter: ProductFilter,
  ): AsyncGenerator<CustomerAnswer, void, undefined> {
    const batch = (at: number) => customerIds.slice(at, at + BATCH);
    let ahead = this.score(batch(0), first, filter);
    try {
      for (let at = 0; at < customerIds.length; at += BATCH) {
        this.scores.hold(await ahead);
        ahead = this.score(batch(at + BATCH), first, filter);
        for (const customerId of batch(at))
          yield { customerId, answer: this.recommender.recommendations(customerId, first, filter, {}) };
      }
    } finally {
      await ahead.catch(() => undefined);
    }
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await this.scoring?.close();
  }

  private async score(
    customerIds: readonly string[],
    first: number,
    filter: ProductFilter,
  ): Promise<Map<number, BatchScore>> {
    const scores = new Map<number, BatchScore>();
    const { scoring } = this;
    if (!scoring) return scores;
    const tasks: { placed: PlacedModel; queries: readonly ModelQuery[]; batch: HistoryBatch }[] = [];
    for (const { placed, tier, queries } of this.groupsOf(customerIds, filter)) {
      const batch = {
        model: this.models.indexOf(placed),
        most: poolSize(first),
        wanted: this.wanted(placed, tier, filter),
      };
      for (let from = 0; from < queries.length; from += TASK) {
        const some = queries.slice(from, from + TASK);
        tasks.push({ placed, queries: some, batch: packHistories(some, batch) });
      }
    }
    const found = await scoring.top(tasks.map(({ batch }) => batch));
    tasks.forEach(({ placed, queries, batch }, at) => {
      const lists = found[at];
      if (lists) unpack(lists, placed, queries, batch.most, scores);
    });
    return scores;
  }

  /** Customers of one model and one tier may be shown the same. Those of whom no model knows anything are left out. */
  private groupsOf(customerIds: readonly string[], filter: ProductFilter): Iterable<CustomerGroup> {
    const { state, models } = this.source;
    const groups = new Map<string, CustomerGroup>();
    for (const customerId of customerIds) {
      const customer = state.customers.find(customerId);
      const placed = models.of(customerId);
      if (!placed) continue;
      const { items, purchased, cart } = this.histories.of(customer, placed);
      if (items.length === 0) continue;
      const tier = state.profiles.of(customer)?.tier;
      const key = `${placed.version.version} ${tier}`;
      const group = groups.get(key) ?? { placed, tier, queries: [] };
      const hidden = new Set(filter.includePurchased === true ? cart : [...purchased, ...cart]);
      const own = Array.from(hidden, product => placed.item(product)).filter(item => item >= 0);
      if (group.queries.push({ customer, items, own }) === 1) groups.set(key, group);
    }
    return groups.values();
  }

  private wanted(placed: PlacedModel, tier: TierName | undefined, filter: ProductFilter): Uint8Array<ArrayBuffer> {
    this.eligibility.begin(
      filter,
      this.rules.closedTo(() => tier, this.source.state.nowMs()),
    );
    return Uint8Array.from(placed.products, product => (this.eligibility.allows(product) ? 1 : 0));
  }
}

function unpack(
  { starts, items, scores }: TopLists,
  placed: PlacedModel,
  queries: readonly ModelQuery[],
  most: number,
  into: Map<number, BatchScore>,
): void {
  queries.forEach(({ customer, items: history }, row) => {
    const candidates = Array.from(items.subarray(starts[row], starts[row + 1]), (item, at) => ({
      product: placed.products[item]!,
      score: scores[starts[row]! + at]!,
    }));
    into.set(customer, { placed, history, scored: { candidates, complete: candidates.length < most } });
  });
}
