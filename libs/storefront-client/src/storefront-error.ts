/** What the recommender, or the way to it, said instead of an answer. */
export class StorefrontError extends Error {
  override readonly name = 'StorefrontError';

  constructor(
    message: string,
    /** Of the HTTP answer; undefined where there was none (not reached, or later than the time limit). */
    readonly status?: number,
    /** GraphQL's `extensions.code`, for example `BAD_USER_INPUT`. */
    readonly code?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
