import type { Warehouse } from '../warehouse.js';

/** A warehouse of a test's own. */
export interface TemporaryWarehouse {
  readonly warehouse: Warehouse;
  /** Closes it and opens it again. */
  reopen(): Promise<Warehouse>;
  /** Closes it and removes what it stored. */
  remove(): Promise<void>;
}
