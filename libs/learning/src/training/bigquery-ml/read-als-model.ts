import { z } from 'zod';
import { AlsModel } from '../../affinity/als-model.js';
import type { ModelParameters } from '../../affinity/affinity-model.js';
import type { FactorSettings } from './factor-statements.js';

/** A row of the statement {@link itemFactors}. */
export const factorRow = z.object({ product_id: z.string(), factors: z.array(z.number()) });

/**
 * The factors as Laurel serves them. BigQuery documents the loss of Hu, Koren and Volinsky for implicit feedback, with the confidence
 * 1 + alpha × rating, so a customer's factors are solved from the history by the same settings.
 * @throws RangeError when a product has another number of factors than was asked for.
 */
export function readAlsModel(
  rows: readonly z.infer<typeof factorRow>[],
  settings: FactorSettings,
  parameters: ModelParameters,
): AlsModel {
  const { factors, alpha, regularisation } = settings;
  const stride = Math.ceil(factors / 4) * 4;
  const sorted = [...rows].sort((a, b) => (a.product_id < b.product_id ? -1 : 1));
  const matrix = new Float32Array(sorted.length * stride);
  sorted.forEach((row, at) => {
    if (row.factors.length !== factors) {
      throw new RangeError(
        `BigQuery gave product ${row.product_id} ${row.factors.length} factors instead of ${factors}.`,
      );
    }
    matrix.set(row.factors, at * stride);
  });
  const itemIds = sorted.map(row => row.product_id);
  return new AlsModel({ itemIds, itemFactors: matrix, stride, alpha, regularisation, parameters });
}
