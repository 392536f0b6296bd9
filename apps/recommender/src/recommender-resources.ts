import type { LogTransport } from '@laurel/change-log';
import type { ServiceContext } from '@laurel/service';
import type { Warehouse } from '@laurel/warehouse';

/** What the recommender needs from its host. `warehouse` is read by training only, never while answering. */
export interface RecommenderResources extends ServiceContext {
  transport: LogTransport;
  warehouse: Warehouse;
}
