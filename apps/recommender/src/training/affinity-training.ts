import {
  affinityJob,
  ModelRegistry,
  openTrainer,
  type OrderLine,
  TrainingRuns,
  TrainingWorker,
  TuningTrials,
  withExport,
} from '@laurel/learning';
import type { TableRows, Warehouse } from '@laurel/warehouse';
import type { ServiceContext, Settings } from '@laurel/service';
import { z } from 'zod';
import { AFFINITY_MODEL } from '../models/serving-models.js';

const orderLineRow = z
  .object({
    customer_id: z.string(),
    order_id: z.string(),
    placed_at: z.date(),
    product_id: z.string(),
    quantity: z.string(),
  })
  .transform((row): OrderLine => ({
    customerId: row.customer_id,
    orderId: row.order_id,
    orderedAtMs: row.placed_at.getTime(),
    productId: row.product_id,
    quantity: Number(row.quantity),
  }));

/** Every line of every order that counts. */
const COUNTED_LINES: TableRows = {
  table: 'fct_order_lines',
  columns: ['customer_id', 'order_id', 'placed_at', 'product_id', 'quantity'],
  where: 'quantity > 0',
};

/** Every line of every order that counts, by the warehouse's own models, built anew first. */
export async function* countedOrderLines(warehouse: Warehouse): AsyncGenerator<OrderLine> {
  await warehouse.buildModels({ select: ['fct_order_lines'] });
  for await (const batch of warehouse.readTable(COUNTED_LINES, orderLineRow)) yield* batch;
}

/** Trains the affinity model when a run is asked for (`TrainingRuns.request('product_affinity')`), one runner at a time among all replicas. */
export function affinityTraining({
  settings,
  laurelDb,
  logger,
  warehouse,
}: Pick<ServiceContext, 'laurelDb' | 'logger'> & {
  settings: Pick<Settings, 'trainer'>;
  warehouse: Warehouse;
}): TrainingWorker {
  const trainer = openTrainer(settings, warehouse);
  const job = affinityJob({
    modelName: AFFINITY_MODEL,
    trainer,
    input: () => ({ purchases: countedOrderLines(warehouse), source: COUNTED_LINES }),
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
