import { ModelRegistry, openTrainer, TrainingRuns, TrainingWorker, TuningTrials, withExport } from '@laurel/learning';
import type { ServiceContext } from '@laurel/service';
import type { Warehouse } from '@laurel/warehouse';
import { readTierConfiguration } from '../configuration/tier-configuration.js';
import { USER_CLUSTERS } from './live-tier-models.js';
import { tierTrainingJob } from './tier-training-job.js';

/**
 * Trains the tiers' model when a run is asked for (`TrainingRuns.request('user_clusters')`), one runner at a time among all replicas. Runs
 * where the warehouse is open, which need not be where the service answers.
 *
 * @throws SettingsError where `tiers.json` is not usable.
 */
export function tierTraining({
  settings,
  laurelDb,
  logger,
  warehouse,
}: ServiceContext & { warehouse: Warehouse }): TrainingWorker {
  const { policy } = readTierConfiguration(settings.home);
  const windowDays = settings.featureWindowDays;
  const trainer = openTrainer(settings, warehouse);
  const job = tierTrainingJob({ warehouse, trainer, policy, windowDays, trials: new TuningTrials(laurelDb) });
  return new TrainingWorker({
    runs: new TrainingRuns(laurelDb),
    registry: new ModelRegistry(laurelDb),
    jobs: { [USER_CLUSTERS]: withExport(USER_CLUSTERS, trainer, job) },
    pollMs: 250,
    onEvent: event => {
      if (event.kind === 'error') logger.error({ err: event.error }, 'training queue');
      else {
        const { id, status, reason } = event.run;
        logger.info({ run: id, status, reason }, `training of the tiers ${event.kind}`);
      }
    },
  });
}
