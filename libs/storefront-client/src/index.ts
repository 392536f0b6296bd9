export type { ResultOf } from 'gql.tada';
export { graphql } from './graphql.js';
export { StorefrontClient, type StorefrontClientOptions } from './storefront-client.js';
export { StorefrontError } from './storefront-error.js';
