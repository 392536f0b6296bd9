import { z } from 'zod';
import type { JobOutcome, TrainingJob } from './training-worker.js';
import type { Trainer } from './trainer.js';

const exportOptions = z.object({ export: z.object({ uri: z.string() }).optional() });

/**
 * A job that trains, or, asked with `{ export: { uri } }`, writes the newest model that lies where it was trained to Cloud Storage: BigQuery keeps
 * one model of each name, that of the newest training.
 */
export function withExport(name: string, trainer: Trainer, job: TrainingJob): TrainingJob {
  return async context => {
    const { export: wanted } = exportOptions.parse(context.options);
    if (!wanted) return job(context);
    const { registry, runId, signal, onProgress } = context;
    const newest = (await registry.list(name)).find(record => record.trainer === trainer.kind);
    const model = newest?.parameters['remote_model'];
    if (!trainer.exportModel || !newest || typeof model !== 'string') return nothingToExport(name);
    await trainer.exportModel(model, wanted.uri, { runId, signal, onProgress });
    return { kind: 'done', reason: `version ${newest.version} was written to ${wanted.uri}` };
  };
}

function nothingToExport(name: string): JobOutcome {
  return {
    kind: 'refused',
    reason: `Only a model trained with TRAINER=bigquery-ml can be exported, and ${name} has none.`,
  };
}
