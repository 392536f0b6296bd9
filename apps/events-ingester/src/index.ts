import type { LaurelApp } from '@laurel/service';
import { SCOPES } from '@laurel/service';
import { EventsIngesterModule, type EventsIngesterResources } from './events-ingester.module.js';

export type { EventsIngesterResources, PipelinePart } from './events-ingester.module.js';
export { backfillWarehouse, type BackfillOptions, type BackfillReport } from './load/backfill.js';
export { refreshMarts } from './marts/refresh-marts.js';
export type { IngesterStatus } from './status/status.controller.js';

/** The pipeline: MongoDB → Kafka (capture) and Kafka → warehouse (load), with its status. */
export const eventsIngester: LaurelApp<EventsIngesterResources> = {
  name: 'events-ingester',
  module: resources => EventsIngesterModule.register(resources),
  access: [{ path: '/v1/status', scopes: SCOPES }],
  openapi: {
    title: 'Laurel events-ingester',
    description: 'How far the changes of the shop have come on their way to the warehouse, and how recommendations did',
  },
};
