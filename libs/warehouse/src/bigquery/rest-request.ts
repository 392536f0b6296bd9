import type { BigQuery } from '@google-cloud/bigquery';

/** A request to BigQuery's REST service; `uri` goes behind the project's address unless it is a whole one. */
export interface RestOptions {
  readonly method?: string;
  readonly uri: string;
  readonly qs?: object;
  readonly json?: object;
  readonly headers?: object;
  readonly body?: string;
}

/** The body of the answer. @throws what the client gives as error, with the HTTP status as `code`. */
export function restRequest(rest: BigQuery, options: RestOptions): Promise<unknown> {
  const answer = Promise.withResolvers<unknown>();
  rest.request(options, (error, body: unknown) => {
    if (error) answer.reject(error);
    else answer.resolve(body);
  });
  return answer.promise;
}
