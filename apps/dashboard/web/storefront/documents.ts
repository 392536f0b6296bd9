import { graphql } from '@laurel/storefront-client';

/** A product as a card shows it. */
export const PRODUCT = graphql(`
  fragment ProductCard on Product @_unmask {
    id
    name
    category
    price
    imageUrl
  }
`);

/** A list as a shelf shows it. */
export const LIST = graphql(
  `
    fragment Shelf on RecommendationList @_unmask {
      requestId
      items {
        product {
          ...ProductCard
        }
        reason {
          text
        }
      }
    }
  `,
  [PRODUCT],
);

export const HOME = graphql(
  `
    query Home($user: ID!, $context: RecommendationContext) {
      forYou: recommendations(userId: $user, first: 5, context: $context) {
        ...Shelf
      }
    }
  `,
  [LIST],
);

export const TRENDING = graphql(
  `
    query Trending {
      trending: trendingProducts(first: 10) {
        ...Shelf
      }
    }
  `,
  [LIST],
);

export const PRODUCT_PAGE = graphql(
  `
    query ProductPage($id: ID!) {
      product(id: $id) {
        ...ProductCard
        rating
      }
      together: boughtTogether(productIds: [$id], first: 5) {
        ...Shelf
      }
      similar: similarProducts(productId: $id, first: 5) {
        ...Shelf
      }
    }
  `,
  [PRODUCT, LIST],
);

export const CART = graphql(
  `
    query Cart($ids: [ID!]!) {
      goesWith: boughtTogether(productIds: $ids, first: 5) {
        ...Shelf
      }
    }
  `,
  [LIST],
);

export const NAMED = graphql(
  `
    query Named($id: ID!) {
      product(id: $id) {
        ...ProductCard
      }
    }
  `,
  [PRODUCT],
);

export const SEARCH = graphql(
  `
    query Search($text: String!) {
      searchProducts(text: $text, first: 20) {
        ...ProductCard
      }
    }
  `,
  [PRODUCT],
);
