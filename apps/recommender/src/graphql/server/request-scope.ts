import type { Scope } from '@laurel/service';

/** What resolvers are told of a request: what its key opens. */
export interface RequestScope {
  scope: Scope | undefined;
}
