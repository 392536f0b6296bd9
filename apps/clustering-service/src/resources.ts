import type { LogTransport } from '@laurel/change-log';
import type { ServiceContext } from '@laurel/service';

/** What the clustering service needs from its host. It answers without the warehouse; only its training reads that (see `tierTraining`). */
export interface ClusteringServiceResources extends ServiceContext {
  transport: LogTransport;
}

/** Injection token of the {@link LogTransport} that the host opened. */
export const LOG_TRANSPORT = Symbol('log transport');
