import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './generated/introspection.js';

/**
 * Makes a typed document of a query's text: what it answers and which variables it takes follow from the recommender's schema, so a field that does not exist
 * does not compile.
 *
 * @example
 * const TOP = graphql(`query Top($user: ID!) { recommendations(userId: $user) { items { product { name } } } }`);
 */
export const graphql = initGraphQLTada<{ introspection: typeof introspection }>();
