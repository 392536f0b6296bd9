import type { Warehouse } from '@laurel/warehouse';
import { BigQueryMlTrainer } from './bigquery-ml/bigquery-ml-trainer.js';
import { EmbeddedTrainer } from './embedded/embedded-trainer.js';
import type { Trainer } from './trainer.js';

/** The trainer that `TRAINER` names. */
export function openTrainer(
  { trainer }: { readonly trainer: 'embedded' | 'bigquery-ml' },
  warehouse: Warehouse,
): Trainer {
  return trainer === 'embedded' ? new EmbeddedTrainer() : new BigQueryMlTrainer(warehouse);
}
