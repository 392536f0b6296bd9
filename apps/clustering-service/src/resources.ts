import type { LogTransport } from '@laurel/change-log';
import type { ServiceContext } from '@laurel/service';
import type { Warehouse } from '@laurel/warehouse';

/** What the clustering service needs from its host. */
export interface ClusteringServiceResources extends ServiceContext {
  transport: LogTransport;
  warehouse: Warehouse;
}

/** Injection token of the {@link LogTransport} that the host opened. */
export const LOG_TRANSPORT = Symbol('log transport');
