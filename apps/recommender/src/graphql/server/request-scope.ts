import type { Scope } from '@laurel/service';

/** What resolvers are told of a request. */
export interface RequestScope {
  /** What its key opens. */
  scope: Scope | undefined;
  /** Others wait already: what takes long should be left out. */
  hurried: boolean;
  /** Set by a resolver that has left something out for that reason. */
  shortened?: boolean;
}
