import { SubjectRequests, Topics } from '@laurel/change-log';
import type { ServiceContext } from '@laurel/service';
import type { Warehouse } from '@laurel/warehouse';
import { LoadProgress } from '../load/load-progress.js';
import { MartsRefresher } from './marts-refresher.js';

/** Builds the warehouse's models when changes were stored or customers erased, by whichever process. To run in one process at a time. */
export function refreshMarts({
  settings,
  laurelDb,
  mongo,
  instanceId,
  logger,
  warehouse,
}: ServiceContext & { warehouse: Warehouse }): MartsRefresher {
  const topics = new Topics(settings.topicPrefix, settings.shopDatabase);
  const progress = new LoadProgress(laurelDb, instanceId, logger);
  const subjects = new SubjectRequests({ db: laurelDb, mongo, logger, instanceId });
  return new MartsRefresher({
    warehouse,
    logger: logger.child({ app: 'events-ingester' }),
    windowDays: settings.featureWindowDays,
    everyMinutes: settings.martsRefreshMinutes,
    // What a build under way has read of somebody erased meanwhile, the next one leaves out.
    changes: async () =>
      (await progress.stored(topics.allChanges)) + BigInt(await subjects.erasuresBy('events-ingester')),
  });
}
