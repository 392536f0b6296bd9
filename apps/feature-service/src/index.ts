import type { LogTransport } from '@laurel/change-log';
import type { LaurelApp, ServiceContext } from '@laurel/service';
import { FeatureServiceModule } from './feature-service.module.js';

/** What the feature service needs from its host. */
export interface FeatureServiceResources extends ServiceContext {
  transport: LogTransport;
}

/** Features of every customer, within a second of a change of the shop: over REST and on the features topic. */
export const featureService: LaurelApp<FeatureServiceResources> = {
  name: 'feature-service',
  module: resources => FeatureServiceModule.register(resources),
  access: [{ path: '/v1/features', scopes: ['crm'] }],
  openapi: {
    title: 'Laurel feature service',
    description: 'What a customer did within the window: sessions, time spent, orders and their value.',
  },
};
