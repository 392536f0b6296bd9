import type { HistoryItem } from '@laurel/learning';
import type { CandidateSource } from '../candidates/candidate-source.js';
import { modelCandidates } from '../candidates/model-candidates.js';
import { CompanionCandidates } from '../candidates/companion-candidates.js';
import { CustomerHistories, type KnownHistory } from '../candidates/customer-histories.js';
import { customerHistory } from '../candidates/past-product.js';
import type { KnownScores } from '../candidates/known-scores.js';
import { poolSize } from '../candidates/pool-size.js';
import { ScoredHistories } from '../candidates/scored-histories.js';
import { similarCandidates } from '../candidates/similar-candidates.js';
import { arrangedTrending } from '../candidates/arranged-trending.js';
import { trendingCandidates } from '../candidates/trending-candidates.js';
import type { CatalogueProduct } from '../catalogue/catalogue-product.js';
import type { CustomerProfile } from '../customers/customer-profile.js';
import type { PlacedModel } from '../models/placed-model.js';
import { countedVersion, type ServedVersion } from '../models/served-version.js';
import { arrange } from '../ranking/arrange.js';
import { blend, type RankedProduct } from '../ranking/blend.js';
import { Eligibility, type ProductFilter } from '../ranking/eligibility.js';
import { weigh } from '../ranking/weigh.js';
import { PlacedRules } from '../rules/placed-rules.js';
import { type ListName, NO_RULES, type RankingRules } from '../rules/ranking-rules.js';
import type { ShopState } from '../read-model/shop-state.js';
import { explainByModel, explainByOrders, explainByViews } from '../reasons/explain.js';
import { modelGrounds } from '../reasons/model-grounds.js';
import {
  PINNED_REASON,
  sameCategoryReason,
  similarReason,
  TRENDING_REASON,
  type ProductReason,
} from '../reasons/reason.js';
import { Answer } from './answer.js';
import { HOLDOUT, holdoutVersion, isHeldOut } from './holdout.js';
import { type RankingExplanation, rankingExplanation } from './ranking-explanation.js';
import type { HeldBack, RankingStages } from './ranking-stages.js';
import { RecommendedProduct } from './recommended-product.js';

/** What is happening in the shop while the request is made. */
export interface RequestContext {
  recentProductIds?: readonly string[] | undefined;
  cartProductIds?: readonly string[] | undefined;
}

const MAX_ANCHORS = 20;

/**
 * Makes answers from memory: gathers candidates, ranks them, gives reasons. Holds the scratch space of one {@link ShopState}; every call runs to
 * its end before the next begins. Equal state and equal arguments give equal answers, but for the request id.
 */
export class Recommender {
  private readonly eligibility: Eligibility;
  private readonly together: CompanionCandidates;
  private readonly scored: KnownScores;
  private readonly histories: CustomerHistories;
  private readonly rules: PlacedRules;
  private readonly holdoutPercent: number;
  private stages: RankingStages | undefined;

  /**
   * `placedFor` names the model that serves a customer (by hash, where traffic is split); undefined before any is trained. `memory` is what it
   * shares with others; without it, its own.
   */
  constructor(
    private readonly state: ShopState,
    private readonly placedFor: (customerId: string) => PlacedModel | undefined,
    rules: RankingRules = NO_RULES,
    memory: { histories?: CustomerHistories; scored?: KnownScores } = {},
  ) {
    this.scored = memory.scored ?? new ScoredHistories();
    this.rules = new PlacedRules(rules, state.catalogue);
    this.holdoutPercent = rules.holdoutPercent;
    this.eligibility = new Eligibility(state.catalogue);
    this.histories = memory.histories ?? new CustomerHistories(state);
    this.together = new CompanionCandidates(state.catalogue.ids);
  }

  /** For one customer. Someone nobody knows, without context, gets what is trending; so does the holdout, whatever is known. */
  recommendations(customerId: string, first: number, filter: ProductFilter, context: RequestContext): Answer {
    const { state } = this;
    const customer = state.customers.find(customerId);
    const { group, placed } = this.givenTo(customerId);
    const history = this.beginFor(customer, placed, filter, context);
    const { items, grounds } = history;
    const anchors = anchorsOf(history, placed);
    const lookedAt = lookedAtIn(history);
    const [newest] = items.length === 0 ? lookedAt : [];
    const sources: CandidateSource[] = [
      ...(placed ? [this.modelSource(placed, customer, items, first)] : []),
      ...(group === HOLDOUT
        ? []
        : [
            this.boughtTogetherSource(anchors, first),
            this.viewedTogetherSource(lookedAt, lookedAt, first),
            this.sameCategorySource(newest, first),
          ]),
      this.trendingSource(first),
    ];
    const explain = ({ product, source }: RankedProduct): ProductReason => {
      if (source === 'model' && placed) {
        if (!grounds.has(product)) grounds.set(product, modelGrounds(placed, items, history.past, product));
        return explainByModel(state, grounds.get(product));
      }
      if (source === 'bought together') return explainByOrders(state, anchors, product);
      if (source === 'viewed together') return explainByViews(state, lookedAt, product);
      const entry = source === 'same category' ? state.catalogue.product(newest ?? -1) : undefined;
      return entry ? sameCategoryReason(entry) : TRENDING_REASON;
    };
    return this.answer('recommendations', first, sources, placed, explain, group);
  }

  /** Whether {@link recommendations} need not score all products for a customer. */
  remembers(customerId: string): boolean {
    return this.scored.has(this.state.customers.find(customerId));
  }

  /** What is trending and new to a customer, where there is no time for {@link recommendations}. */
  trendingFor(customerId: string, first: number, filter: ProductFilter, context: RequestContext): Answer {
    const customer = this.state.customers.find(customerId);
    const { group, placed } = this.givenTo(customerId);
    this.beginFor(customer, placed, filter, context);
    const sources = [this.trendingSource(first)];
    return this.answer('recommendations', first, sources, undefined, () => TRENDING_REASON, group);
  }

  /** {@link recommendations}, with the stages it came about by. */
  explain(customerId: string, first: number, filter: ProductFilter, context: RequestContext): RankingExplanation {
    this.stages = undefined;
    const answer = this.recommendations(customerId, first, filter, context);
    const stages: RankingStages | undefined = this.stages;
    if (!stages) throw new Error('the answer came about without stages');
    return rankingExplanation(this.heldBack(customerId, filter, context), stages, answer, this.state.catalogue.ids);
  }

  /** Products like one: by the model, by common orders and customers, by category. One that the shop does not have gives what is trending. */
  similarProducts(productId: string, first: number, filter: ProductFilter): Answer {
    const { state } = this;
    const product = state.catalogue.ids.find(productId);
    this.beginForAnybody(filter);
    if (product >= 0) this.eligibility.exclude(product);
    const entry = product < 0 ? undefined : state.catalogue.product(product);
    const placed = this.placedFor(productId);
    const own = entry ? [product] : [];
    const sources: CandidateSource[] = [
      ...(placed && entry
        ? [
            {
              name: 'similar',
              candidates: similarCandidates(placed, product, this.eligibility.allows, poolSize(first)),
            } as const,
          ]
        : []),
      this.boughtTogetherSource(own, first),
      this.viewedTogetherSource(own, own, first),
      this.sameCategorySource(own[0], first),
      this.trendingSource(first),
    ];
    return this.answer('similarProducts', first, sources, placed, ranked => {
      if (!entry) return TRENDING_REASON;
      if (ranked.source === 'similar') return similarReason(entry);
      if (ranked.source === 'bought together') return explainByOrders(state, own, ranked.product);
      if (ranked.source === 'viewed together') return explainByViews(state, own, ranked.product);
      return ranked.source === 'same category' ? sameCategoryReason(entry) : TRENDING_REASON;
    });
  }

  /** What others bought in the same order as any of these; unknown ones are passed over. Filled up with what is trending. */
  boughtTogether(productIds: readonly string[], first: number, filter: ProductFilter): Answer {
    const anchors = this.known(productIds);
    this.beginForAnybody(filter);
    for (const anchor of anchors) this.eligibility.exclude(anchor);
    const sources = [this.boughtTogetherSource(anchors, first), this.trendingSource(first)];
    return this.answer('boughtTogether', first, sources, undefined, ({ product, source }) =>
      source === 'bought together' ? explainByOrders(this.state, anchors, product) : TRENDING_REASON,
    );
  }

  /** What customers want now. */
  trendingProducts(first: number, filter: ProductFilter): Answer {
    this.beginForAnybody(filter);
    const sources = [this.trendingSource(first)];
    return this.answer('trendingProducts', first, sources, undefined, () => TRENDING_REASON);
  }

  /** Products whose words begin with all of `words`, the most wanted first. */
  searchProducts(words: readonly string[], first: number, filter: ProductFilter): CatalogueProduct[] {
    const { catalogue, trend } = this.state;
    this.beginForAnybody(filter);
    const found = (product: number) => this.eligibility.allows(product) && catalogue.matches(product, words);
    return trendingCandidates(trend, found, first).flatMap(({ product }) => catalogue.product(product) ?? []);
  }

  product(id: string): CatalogueProduct | undefined {
    return this.state.catalogue.product(this.state.catalogue.ids.find(id));
  }

  customer(id: string): CustomerProfile | undefined {
    return this.state.profiles.of(this.state.customers.find(id));
  }

  /** Decides what may be shown to a customer; gives the history with what the request adds to it. */
  private beginFor(
    customer: number,
    placed: PlacedModel | undefined,
    filter: ProductFilter,
    context: RequestContext,
  ): KnownHistory {
    const { state, eligibility } = this;
    const known = this.histories.of(customer, placed);
    const history = this.withContext(customer, placed, known, context);
    eligibility.begin(
      filter,
      this.rules.closedTo(() => state.profiles.of(customer)?.tier, state.nowMs()),
    );
    if (filter.includePurchased !== true) eligibility.excludeAll(known.purchased);
    eligibility.excludeAll(history.cart);
    return history;
  }

  /** What a customer has by hash, whatever serves them in the end: the holdout, or a version of the model. */
  private givenTo(customerId: string): { group: string | undefined; placed: PlacedModel | undefined } {
    if (isHeldOut(customerId, this.holdoutPercent)) return { group: HOLDOUT, placed: undefined };
    const placed = this.placedFor(customerId);
    return { group: placed?.version.version, placed };
  }

  /** What {@link recommendations} keeps from a customer though it could be sold: the shop's wish and what they have already. */
  private heldBack(customerId: string, { includePurchased }: ProductFilter, context: RequestContext): HeldBack[] {
    const { catalogue, customers, profiles, nowMs } = this.state;
    const customer = customers.find(customerId);
    const known = this.histories.of(customer, undefined);
    const { cart } = this.withContext(customer, undefined, known, context);
    const closed = this.rules.closedTo(() => profiles.of(customer)?.tier, nowMs());
    const ofClosedCategories = Array.from({ length: catalogue.size }, (_, product) => product).filter(product =>
      closed.categories.includes(catalogue.category.get(product)),
    );
    const rules: [HeldBack['rule'], Iterable<number>][] = [
      ['reserved for a tier', [...closed.products, ...ofClosedCategories]],
      ['in the cart', cart],
      ['bought before', includePurchased === true ? [] : known.purchased],
    ];
    return rules.flatMap(([rule, products]) =>
      Array.from(new Set(products))
        .filter(product => catalogue.available.values[product] === 1)
        .map(product => ({ product, rule })),
    );
  }

  /** The history with what the request adds to it. */
  private withContext(
    customer: number,
    placed: PlacedModel | undefined,
    known: KnownHistory,
    { recentProductIds = [], cartProductIds = [] }: RequestContext,
  ): KnownHistory {
    if (recentProductIds.length === 0 && cartProductIds.length === 0) return known;
    const context = { recent: this.known(recentProductIds), cart: this.known(cartProductIds) };
    const history = customerHistory(this.state, customer, context);
    return { ...known, ...history, items: placed?.history(history.past) ?? [], grounds: new Map() };
  }

  private modelSource(
    placed: PlacedModel,
    customer: number,
    items: readonly HistoryItem[],
    first: number,
  ): CandidateSource {
    const scored = customer < 0 ? undefined : this.scored.of(customer, placed, items);
    return {
      name: 'model',
      candidates: modelCandidates(placed, items, this.eligibility.allows, poolSize(first), scored),
    };
  }

  private boughtTogetherSource(anchors: readonly number[], first: number): CandidateSource {
    const { together, eligibility, state } = this;
    return {
      name: 'bought together',
      candidates: together.of(state.coPurchases, anchors, eligibility.allows, poolSize(first)),
    };
  }

  /** Without what the customer has looked at: it would be recommended for their own looking at it. */
  private viewedTogetherSource(
    anchors: readonly number[],
    lookedAt: readonly number[],
    first: number,
  ): CandidateSource {
    const { together, eligibility, state } = this;
    const isNew = (product: number) => eligibility.allows(product) && !lookedAt.includes(product);
    return { name: 'viewed together', candidates: together.of(state.coViews, anchors, isNew, poolSize(first)) };
  }

  private sameCategorySource(product: number | undefined, first: number): CandidateSource {
    const { catalogue, trend } = this.state;
    const category = product === undefined ? -1 : catalogue.category.get(product);
    const isSame = (other: number) =>
      other !== product && catalogue.category.get(other) === category && this.eligibility.allows(other);
    return { name: 'same category', candidates: category < 0 ? [] : trendingCandidates(trend, isSame, first) };
  }

  private trendingSource(first: number): CandidateSource {
    return { name: 'trending', candidates: arrangedTrending(this.state, this.rules, this.eligibility.allows, first) };
  }

  private known(ids: readonly string[]): number[] {
    return ids.map(id => this.state.catalogue.ids.find(id)).filter(product => product >= 0);
  }

  private beginForAnybody(filter: ProductFilter): void {
    this.eligibility.begin(
      filter,
      this.rules.closedTo(() => undefined, this.state.nowMs()),
    );
  }

  /** The stages after the candidates: merge, weigh by the rules, arrange, give reasons. */
  private answer(
    list: ListName,
    first: number,
    sources: readonly CandidateSource[],
    placed: PlacedModel | undefined,
    explain: (ranked: RankedProduct) => ProductReason,
    group?: string,
  ): Answer {
    const { rules, state, eligibility } = this;
    const { catalogue } = state;
    const merged = blend(sources, catalogue.ids);
    const weighed = weigh(merged, rules, catalogue.ids);
    const arranged = arrange(weighed, { rules, catalogue, list, first, allows: eligibility.allows });
    this.stages = { sources, merged, weighed, arranged };
    const items: RecommendedProduct[] = [];
    for (const entry of arranged.list) {
      const product = catalogue.product(entry.product);
      const reason = () => (entry.source === 'pinned' ? PINNED_REASON : explain(entry));
      if (product) items.push(new RecommendedProduct(items.length + 1, product, entry.score, reason));
    }
    const model = group === HOLDOUT ? holdoutVersion(state) : this.versionOf(sources, placed);
    return new Answer(items, model, group);
  }

  private versionOf(sources: readonly CandidateSource[], placed: PlacedModel | undefined): ServedVersion {
    const has = (name: CandidateSource['name']) =>
      sources.some(source => source.name === name && source.candidates.length > 0);
    if (placed && (has('model') || has('similar'))) return placed.version;
    if (has('bought together')) return countedVersion('bought-together', this.state);
    return countedVersion(has('viewed together') ? 'viewed-together' : 'trending', this.state);
  }
}

/** What the bought-together source starts from: the cart, what was just looked at, and what of the history the model does not know. */
function anchorsOf({ cart, justViewed, past, items }: KnownHistory, placed: PlacedModel | undefined): number[] {
  const unknown = items.length === past.length ? [] : past.filter(({ product }) => !placed || placed.item(product) < 0);
  return [...new Set([...cart, ...justViewed, ...unknown.map(({ product }) => product)])].slice(0, MAX_ANCHORS);
}

/** What a customer looked at or put into the cart, the latest first, without what they bought. */
function lookedAtIn({ past }: KnownHistory): number[] {
  return past.flatMap(({ product, kind }) => (kind === 'bought' ? [] : [product])).slice(0, MAX_ANCHORS);
}
