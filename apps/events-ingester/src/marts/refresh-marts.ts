import { Topics } from '@laurel/change-log';
import type { ServiceContext } from '@laurel/service';
import { LOGGED_COLLECTIONS } from '@laurel/shop';
import type { Warehouse } from '@laurel/warehouse';
import { LoadProgress } from '../load/load-progress.js';
import { MartsRefresher } from './marts-refresher.js';

/** Builds the warehouse's models when changes were stored, by whichever process. To run in one process at a time. */
export function refreshMarts({
  settings,
  laurelDb,
  instanceId,
  logger,
  warehouse,
}: ServiceContext & { warehouse: Warehouse }): MartsRefresher {
  const topics = new Topics(settings.topicPrefix, settings.shopDatabase);
  const changeTopics = LOGGED_COLLECTIONS.map(collection => topics.changes(collection));
  const progress = new LoadProgress(laurelDb, instanceId, logger);
  return new MartsRefresher({
    warehouse,
    logger: logger.child({ app: 'events-ingester' }),
    windowDays: settings.featureWindowDays,
    everyMinutes: settings.martsRefreshMinutes,
    stored: () => progress.stored(changeTopics),
  });
}
