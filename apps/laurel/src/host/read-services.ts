import type { LogTransport } from '@laurel/change-log';
import type { AppName, LaurelApp, ServiceContext } from '@laurel/service';

/** An app that works without the warehouse. */
export type ReadService = LaurelApp<ServiceContext & { transport: LogTransport }>;

export type ReadServiceName = Exclude<AppName, 'events-ingester'>;

const READ_SERVICES: Record<ReadServiceName, () => Promise<ReadService>> = {
  'feature-service': async () => (await import('@laurel/feature-service')).featureService,
  'clustering-service': async () => (await import('@laurel/clustering-service')).clusteringService,
  recommender: async () => (await import('@laurel/recommender')).recommender,
  dashboard: async () => (await import('@laurel/dashboard')).dashboard,
};

/** Loads one app with what it needs, and no other. */
export function loadReadService(name: ReadServiceName): Promise<ReadService> {
  return READ_SERVICES[name]();
}
