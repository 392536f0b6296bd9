import type { LogTransport } from '@laurel/change-log';
import type { ServiceContext } from '@laurel/service';

/** What the recommender needs from its host. It answers without the warehouse; only its training reads that (see `affinityTraining`). */
export interface RecommenderResources extends ServiceContext {
  transport: LogTransport;
}
