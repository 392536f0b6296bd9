import type { RequestContext } from '../../answers/recommender.js';
import { searchWords } from '../../catalogue/search-words.js';
import type { ProductFilter } from '../../ranking/eligibility.js';
import { ArgumentError } from './argument-error.js';
import type { RecommendationContextInput } from './recommendation-context.js';
import type { RecommendationFilterInput } from './recommendation-filter.js';

const FIRST = { default: 5, max: 100 };
const MAX_ID_LENGTH = 256;
const MAX_SEARCH_LENGTH = 200;
const MAX_ITEMS = {
  categories: 100,
  excludeProductIds: 1000,
  recentProductIds: 100,
  cartProductIds: 100,
  productIds: 100,
  userIds: 50,
};

/**
 * How many recommendations to give; null means 5.
 * @throws ArgumentError outside 1–100.
 */
export function checkedFirst(first: number | null | undefined): number {
  if (first == null) return FIRST.default;
  if (!Number.isInteger(first) || first < 1 || first > FIRST.max)
    throw new ArgumentError('first', first, `a whole number from 1 to ${FIRST.max}`);
  return first;
}

/** @throws ArgumentError for an empty id, or one longer than 256 characters. */
export function checkedId(argument: string, id: string): string {
  if (id.length === 0 || id.length > MAX_ID_LENGTH)
    throw new ArgumentError(argument, id, `1 to ${MAX_ID_LENGTH} characters`);
  return id;
}

/**
 * The words to search for.
 * @throws ArgumentError for a text without a letter or digit, or one longer than 200 characters.
 */
export function checkedSearch(text: string): readonly string[] {
  const words = text.length > MAX_SEARCH_LENGTH ? [] : searchWords(text);
  if (words.length === 0)
    throw new ArgumentError('text', text, `1 to ${MAX_SEARCH_LENGTH} characters with a letter or digit among them`);
  return words;
}

/** @throws ArgumentError unless there are 1 to 100 product ids (50 customer ids), each usable. */
export function checkedIds(argument: 'productIds' | 'userIds', ids: readonly string[]): readonly string[] {
  if (ids.length === 0) throw new ArgumentError(argument, ids, `1 to ${MAX_ITEMS[argument]} ids`);
  return checkedList(argument, argument, ids) ?? [];
}

/** @throws ArgumentError naming the field, e.g. `filter.priceMin`. */
export function checkedFilter(filter: RecommendationFilterInput | null | undefined): ProductFilter {
  if (!filter) return {};
  const { priceMin, priceMax } = filter;
  checkedPrice('filter.priceMin', priceMin);
  checkedPrice('filter.priceMax', priceMax);
  if (priceMin != null && priceMax != null && priceMin > priceMax) {
    throw new ArgumentError('filter.priceMin', priceMin, `at most filter.priceMax, which is ${priceMax}`);
  }
  return {
    categories: checkedList('filter.categories', 'categories', filter.categories),
    excludeProductIds: checkedList('filter.excludeProductIds', 'excludeProductIds', filter.excludeProductIds),
    priceMin: priceMin ?? undefined,
    priceMax: priceMax ?? undefined,
    includePurchased: filter.includePurchased ?? false,
  };
}

/** @throws ArgumentError naming the field, e.g. `context.cartProductIds`. */
export function checkedContext(context: RecommendationContextInput | null | undefined): RequestContext {
  return {
    recentProductIds: checkedList('context.recentProductIds', 'recentProductIds', context?.recentProductIds),
    cartProductIds: checkedList('context.cartProductIds', 'cartProductIds', context?.cartProductIds),
  };
}

function checkedPrice(argument: string, price: number | null | undefined): void {
  if (price != null && !(price >= 0 && Number.isFinite(price)))
    throw new ArgumentError(argument, price, 'a number, 0 or more');
}

function checkedList(
  argument: string,
  name: keyof typeof MAX_ITEMS,
  values: readonly string[] | null | undefined,
): readonly string[] | undefined {
  if (values == null) return undefined;
  const max = MAX_ITEMS[name];
  if (values.length > max) throw new ArgumentError(argument, `${values.length} entries`, `at most ${max} entries`);
  values.forEach((value, at) => checkedId(`${argument}[${at}]`, value));
  return values;
}
