import type { LaurelApp } from '@laurel/service';
import { ClusteringServiceModule } from './clustering-service.module.js';
import type { ClusteringServiceResources } from './resources.js';

export { defaultTierPolicy } from './configuration/tier-configuration.js';
export { forecastTraining } from './forecasts/forecast-training.js';
export { NearestCentroids } from './simulation/nearest-centroids.js';
export { PlainClusters } from './simulation/plain-clusters.js';
export { ServiceTiers } from './simulation/service-tiers.js';
export type { SimulatedCustomer, SimulatedDay, TierMethod } from './simulation/tier-method.js';
export { simulateTiers, type TierSimulation } from './simulation/tier-simulation.js';
export type { TierClock, TierCustomer, TierRow } from './tiers/tier-store.js';
export type { Tier } from './tiers/tier.js';
export { tierTraining } from './models/tier-training.js';
export type { ClusteringServiceResources } from './resources.js';

/** Loyalty tiers of every customer, as segments for a CRM and audiences for marketing; trains and keeps their model. */
export const clusteringService: LaurelApp<ClusteringServiceResources> = {
  name: 'clustering-service',
  module: resources => ClusteringServiceModule.register(resources),
  access: [
    { path: '/v1/segments', scopes: ['crm'] },
    { path: '/v1/customers', methods: ['GET'], scopes: ['crm'] },
    { path: '/v1/customers/tiers:batch', scopes: ['crm'] },
    { path: '/v1/models/user_clusters:predict', scopes: ['crm'] },
    { path: '/v1/outlook', methods: ['GET'], scopes: ['crm', 'marketing'] },
    { path: '/v1/demand', methods: ['GET'], scopes: ['marketing'] },
    { path: '/v1/webhooks', scopes: ['crm'] },
    { path: '/v1/audiences', scopes: ['marketing'] },
    { path: '/v1/destinations', scopes: ['marketing'] },
  ],
  openapi: {
    title: 'Laurel clustering service',
    description: 'Loyalty tiers, CRM segments, marketing audiences, and the models behind them.',
  },
};
