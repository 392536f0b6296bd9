import { GraphQLError } from 'graphql/index.js';

/** A root field that the key of the request does not open; answered as FORBIDDEN. */
export class AdminOnlyError extends GraphQLError {
  constructor(field: string) {
    super(`${field} needs the admin key.`, { extensions: { code: 'FORBIDDEN' } });
    this.name = 'AdminOnlyError';
  }
}
