import type { LaurelApp } from '@laurel/service';
import { GraphQLModule } from '@nestjs/graphql';
import type { CompiledApolloDriver } from './graphql/server/compiled-apollo-driver.js';
import { RecommenderModule } from './recommender.module.js';
import type { RecommenderResources } from './recommender-resources.js';

export type { RecommenderResources } from './recommender-resources.js';
export { affinityTraining } from './training/affinity-training.js';

/** Recommendations over GraphQL, and exported for all customers, from live purchases, stock, prices and trained models. */
export const recommender: LaurelApp<RecommenderResources> = {
  name: 'recommender',
  module: resources => RecommenderModule.register(resources),
  access: [
    { path: '/graphql', scopes: ['storefront'] },
    { path: '/v1/recommendations', scopes: ['marketing'] },
  ],
  patienceMs: 75,
  shortcut(nest) {
    const { shortcut } = nest.get<GraphQLModule<CompiledApolloDriver>>(GraphQLModule).graphQlAdapter;
    if (!shortcut) throw new Error('GraphQL has not come up');
    return shortcut;
  },
};
