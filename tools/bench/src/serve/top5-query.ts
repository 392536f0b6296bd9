/** The query that every server is asked: a customer's top five with reasons. */
export const TOP5_QUERY =
  'query Home($user: ID!) { recommendations(userId: $user, first: 5) { items { product { id name price } score reason { text } } } }';

/** The path of GraphQL, and of {@link TOP5_QUERY}, on every server. */
export const GRAPHQL_PATH = '/graphql';

/** The body of a request for one customer's top five. */
export function top5Body(user: string): string {
  return JSON.stringify({ query: TOP5_QUERY, variables: { user } });
}
