import { GraphQLError } from 'graphql/index.js';

/** How long a query may be worked on, with what it lets go first. */
export const MAX_QUERY_MS = 2000;

/** A query that was worked on for too long; answered as QUERY_TOO_SLOW. */
export class QueryTooSlowError extends GraphQLError {
  constructor() {
    super(`The query takes more than ${MAX_QUERY_MS} ms. Ask for fewer lists, fields or items at once.`, {
      extensions: { code: 'QUERY_TOO_SLOW' },
    });
    this.name = 'QueryTooSlowError';
  }
}

/**
 * Nothing where a request has time left. A list is made without a pause, so that this is asked before each.
 * @throws QueryTooSlowError where its time is up.
 */
export function checkTime({ untilMs }: { untilMs: number }): void {
  if (performance.now() > untilMs) throw new QueryTooSlowError();
}
