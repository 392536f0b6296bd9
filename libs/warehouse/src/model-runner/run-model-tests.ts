import { z } from 'zod';
import type { ModelTestResult } from '../model-build.js';
import type { Warehouse } from '../warehouse.js';
import { type FailingRows, failingRows } from './failing-rows.js';
import type { Model } from './model.js';

const sampleRows = 5;
const countSchema = z.object({ failures: z.number() });
const anyRow = z.record(z.string(), z.unknown());

/** Runs every declared test of the models, one after another. A statement that fails counts as a failed test. */
export async function runModelTests(
  warehouse: Pick<Warehouse, 'query'>,
  models: readonly Model[],
): Promise<ModelTestResult[]> {
  const results: ModelTestResult[] = [];
  for (const model of models) {
    for (const check of model.tests.flatMap(test => failingRows(model.name, test, new Date()))) {
      results.push({
        model: model.name,
        test: check.test,
        severity: check.severity,
        ...(await outcome(warehouse, check)),
      });
    }
  }
  return results;
}

async function outcome(
  warehouse: Pick<Warehouse, 'query'>,
  { sql }: FailingRows,
): Promise<Pick<ModelTestResult, 'passed' | 'failures' | 'sample'>> {
  try {
    const [count] = await warehouse.query(`SELECT COUNT(*) AS failures FROM (${sql}) AS failing`, countSchema);
    const failures = count?.failures ?? 0;
    if (failures === 0) return { passed: true, failures, sample: [] };
    const sample = await warehouse.query(`${sql} LIMIT ${sampleRows}`, anyRow);
    return { passed: false, failures, sample: sample.map(row => JSON.stringify(row)) };
  } catch (error) {
    return { passed: false, failures: 1, sample: [error instanceof Error ? error.message : String(error)] };
  }
}
