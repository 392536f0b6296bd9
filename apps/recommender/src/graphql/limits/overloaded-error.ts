import { ASK_AGAIN_SECONDS } from '@laurel/service';
import { GraphQLError } from 'graphql/index.js';

/** A root field that has to wait until fewer ask; answered as OVERLOADED with HTTP 503 and `Retry-After`. */
export class OverloadedError extends GraphQLError {
  constructor(field: string) {
    super(`${field} gives way while more is asked than can be answered in time. Ask again in a second.`, {
      extensions: {
        code: 'OVERLOADED',
        http: { status: 503, headers: new Map([['retry-after', String(ASK_AGAIN_SECONDS)]]) },
      },
    });
    this.name = 'OverloadedError';
  }
}
