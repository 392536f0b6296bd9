import { churnJob, countedOrderLines, demandJob, ModelRegistry, TrainingRuns, TrainingWorker } from '@laurel/learning';
import type { ServiceContext } from '@laurel/service';
import type { Warehouse } from '@laurel/warehouse';
import { readTierConfiguration } from '../configuration/tier-configuration.js';
import { CUSTOMER_CHURN, PRODUCT_DEMAND } from '../models/model-names.js';
import { TierStore } from '../tiers/tier-store.js';
import { keepChurn } from './customer-churn.js';
import { DemandStore } from './demand-store.js';

/**
 * Forecasts churn and demand when a run is asked for, and keeps the forecasts where audiences find them. Runs where the warehouse is open,
 * which need not be where the service answers.
 *
 * @throws SettingsError where `tiers.json` is not usable.
 */
export function forecastTraining({
  settings,
  laurelDb,
  logger,
  warehouse,
}: ServiceContext & { warehouse: Warehouse }): TrainingWorker {
  const { churnDays, demandWeeks } = readTierConfiguration(settings.home).outlook.rules;
  const { customers } = new TierStore(laurelDb);
  const demand = new DemandStore(laurelDb);
  const input = () => ({ purchases: countedOrderLines(warehouse) });
  return new TrainingWorker({
    runs: new TrainingRuns(laurelDb),
    registry: new ModelRegistry(laurelDb),
    jobs: {
      [CUSTOMER_CHURN]: churnJob({
        modelName: CUSTOMER_CHURN,
        days: churnDays,
        input,
        keep: (forecasts, asOf) => keepChurn(customers, forecasts, churnDays, asOf),
      }),
      [PRODUCT_DEMAND]: demandJob({
        modelName: PRODUCT_DEMAND,
        weeks: demandWeeks,
        input,
        keep: products => demand.keep(products),
      }),
    },
    onEvent: event => {
      if (event.kind === 'error') logger.error({ err: event.error }, 'training queue');
      else {
        const { id, name, status, reason } = event.run;
        logger.info({ run: id, model: name, status, reason }, `forecast ${event.kind}`);
      }
    },
  });
}
