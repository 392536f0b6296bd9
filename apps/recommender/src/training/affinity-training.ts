import {
  affinityJob,
  COUNTED_LINES,
  countedOrderLines,
  interestRows,
  ModelRegistry,
  openTrainer,
  productInterests,
  TrainingRuns,
  TrainingWorker,
  TuningTrials,
  withExport,
} from '@laurel/learning';
import type { Warehouse } from '@laurel/warehouse';
import type { ServiceContext, Settings } from '@laurel/service';
import { customerTiers } from '../customers/customer-tiers.js';
import { AFFINITY_MODEL } from '../models/serving-models.js';

/** Trains the affinity model when a run is asked for (`TrainingRuns.request('product_affinity')`), one runner at a time among all replicas. */
export function affinityTraining({
  settings,
  laurelDb,
  logger,
  warehouse,
}: Pick<ServiceContext, 'laurelDb' | 'logger'> & {
  settings: Pick<Settings, 'trainer' | 'interestDays' | 'interestWeights'>;
  warehouse: Warehouse;
}): TrainingWorker {
  const trainer = openTrainer(settings, warehouse);
  const job = affinityJob({
    modelName: AFFINITY_MODEL,
    trainer,
    input: async () => ({
      purchases: countedOrderLines(warehouse),
      interests: productInterests(warehouse, settings.interestDays),
      tiers: await customerTiers(laurelDb),
      source: COUNTED_LINES,
      interestSource: interestRows(settings.interestDays),
    }),
    interestWeights: settings.interestWeights,
    trials: new TuningTrials(laurelDb),
  });
  return new TrainingWorker({
    runs: new TrainingRuns(laurelDb),
    registry: new ModelRegistry(laurelDb),
    jobs: { [AFFINITY_MODEL]: withExport(AFFINITY_MODEL, trainer, job) },
    onEvent: event => {
      if (event.kind === 'error') logger.error({ err: event.error }, 'training queue');
      else {
        const { id, status, version, promoted, reason } = event.run;
        logger.info({ run: id, status, version, promoted, reason }, `training ${event.kind}`);
      }
    },
  });
}
