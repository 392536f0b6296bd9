import { Inject } from '@nestjs/common';
import { Args, Context, Query, Resolver } from '@nestjs/graphql';
import type { Answer } from '../answers/answer.js';
import type { RankingExplanation } from '../answers/ranking-explanation.js';
import type { CatalogueProduct } from '../catalogue/catalogue-product.js';
import type { CustomerProfile } from '../customers/customer-profile.js';
import { LiveRecommender } from '../answers/live-recommender.js';
import {
  checkedContext,
  checkedFilter,
  checkedFirst,
  checkedId,
  checkedIds,
  checkedSearch,
} from './inputs/checked-arguments.js';
import {
  BatchArguments,
  BoughtTogetherArguments,
  IdArguments,
  RecommendationsArguments,
  SearchArguments,
  SimilarProductsArguments,
  TrendingArguments,
} from './inputs/query-arguments.js';
import { AdminOnlyError } from './inputs/admin-only-error.js';
import { OverloadedError } from './limits/overloaded-error.js';
import { checkTime } from './limits/query-time.js';
import { CustomerModel } from './model/customer-model.js';
import { ProductModel } from './model/product-model.js';
import { RankingExplanationModel } from './model/ranking-model.js';
import { RecommendationListModel } from './model/recommendation-model.js';
import type { RequestScope } from './server/request-scope.js';

/** The GraphQL contract: checks the arguments, asks the {@link LiveRecommender}. */
@Resolver()
export class RecommenderResolver {
  constructor(@Inject(LiveRecommender) private readonly live: LiveRecommender) {}

  @Query(() => RecommendationListModel, {
    description:
      'Products for one customer: new to them, available now, each with its reason. A customer nobody knows gets what is trending; never an error, never an empty list while anything is available.',
  })
  recommendations(
    @Args() { userId, first, filter, context }: RecommendationsArguments,
    @Context() request: RequestScope,
  ): Answer {
    const { recommender } = this.live;
    const asked = [
      checkedId('userId', userId),
      checkedFirst(first),
      checkedFilter(filter),
      checkedContext(context),
    ] as const;
    if (!request.hurried || recommender.remembers(userId)) return recommender.recommendations(...asked);
    request.shortened = true;
    return recommender.trendingFor(...asked);
  }

  @Query(() => [RecommendationListModel], {
    description:
      'What `recommendations` gives, for several customers at once (an e-mail, say): a list for each id, in the order of the ids. Gives way to other queries: while more is asked than can be answered, HTTP 503 with `Retry-After`.',
  })
  async recommendationsBatch(
    @Args() { userIds, first, filter }: BatchArguments,
    @Context() request: RequestScope,
  ): Promise<Answer[]> {
    const [ids, count, checked] = [checkedIds('userIds', userIds), checkedFirst(first), checkedFilter(filter)];
    const { recommender } = this.live;
    const lists: Answer[] = [];
    for (const id of ids) {
      if (lists.length > 0) await request.giveWay();
      if (request.hurried) throw new OverloadedError('recommendationsBatch');
      checkTime(request);
      lists.push(recommender.recommendations(id, count, checked, {}));
    }
    return lists;
  }

  @Query(() => RankingExplanationModel, {
    description:
      'How the list that `recommendations` gives for the same arguments comes about: candidates of each source, the merged ranking, what the rules of the shop made of it. For the admin key only.',
  })
  explainRanking(
    @Args() { userId, first, filter, context }: RecommendationsArguments,
    @Context() { scope }: RequestScope,
  ): RankingExplanation {
    if (scope !== 'admin') throw new AdminOnlyError('explainRanking');
    return this.live.recommender.explain(
      checkedId('userId', userId),
      checkedFirst(first),
      checkedFilter(filter),
      checkedContext(context),
    );
  }

  @Query(() => RecommendationListModel, {
    description:
      'Products like one, for its page. A product the shop does not list gives what is trending, so that the page is never bare.',
  })
  similarProducts(@Args() { productId, first, filter }: SimilarProductsArguments): Answer {
    return this.live.recommender.similarProducts(
      checkedId('productId', productId),
      checkedFirst(first),
      checkedFilter(filter),
    );
  }

  @Query(() => RecommendationListModel, {
    description:
      'What other customers bought in the same order, for a product page or the cart. Filled up with what is trending.',
  })
  boughtTogether(@Args() { productIds, first, filter }: BoughtTogetherArguments): Answer {
    return this.live.recommender.boughtTogether(
      checkedIds('productIds', productIds),
      checkedFirst(first),
      checkedFilter(filter),
    );
  }

  @Query(() => RecommendationListModel, {
    description: 'What customers want now: orders, carts and views, halved in weight every seven days.',
  })
  trendingProducts(@Args() { first, filter }: TrendingArguments): Answer {
    return this.live.recommender.trendingProducts(checkedFirst(first), checkedFilter(filter));
  }

  @Query(() => [ProductModel], {
    description:
      'Products that can be bought now and whose name, category or id holds every word of the text, or a word that begins with it; the most wanted first.',
  })
  searchProducts(@Args() { text, first, filter }: SearchArguments): CatalogueProduct[] {
    return this.live.recommender.searchProducts(checkedSearch(text), checkedFirst(first), checkedFilter(filter));
  }

  @Query(() => ProductModel, {
    nullable: true,
    description: 'One product as it is now, or null where the shop does not list it.',
  })
  product(@Args() { id }: IdArguments): CatalogueProduct | null {
    return this.live.recommender.product(checkedId('id', id)) ?? null;
  }

  @Query(() => CustomerModel, {
    nullable: true,
    description: "A customer's tier, features and perks, or null where nothing is known.",
  })
  customer(@Args() { id }: IdArguments): (CustomerProfile & { id: string }) | null {
    const profile = this.live.recommender.customer(checkedId('id', id));
    return profile ? { id, ...profile } : null;
  }
}
