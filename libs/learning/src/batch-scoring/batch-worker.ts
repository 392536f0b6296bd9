import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { deserializeAffinityModel } from '../affinity/deserialize-affinity-model.js';
import { answerTasks } from '../workers/answer-tasks.js';
import { BatchScorer } from './batch-scorer.js';
import { historyBatchSchema } from './history-batch.js';

if (!parentPort) throw new Error('This module runs as a worker thread only.');
const scorers = z
  .array(z.instanceof(Uint8Array))
  .parse(workerData)
  .map(bytes => new BatchScorer(deserializeAffinityModel(bytes)));
answerTasks(parentPort, historyBatchSchema.parse, batch => {
  const scorer = scorers[batch.model];
  if (!scorer) throw new RangeError(`There is no model ${batch.model}; ${scorers.length} were given.`);
  return scorer.top(batch);
});
