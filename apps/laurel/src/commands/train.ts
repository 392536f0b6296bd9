import { setTimeout as sleep } from 'node:timers/promises';
import { readSettings } from '@laurel/service';
import { Argument, Command } from 'commander';
import { z } from 'zod';
import { LaurelApi, LaurelApiError } from '../api/laurel-api.js';
import { Progress } from '../terminal/progress.js';
import { runCommand } from '../terminal/run-command.js';

/** What the command line calls a model, and its name in the registry. */
export const MODEL_NAMES = {
  clusters: 'user_clusters',
  affinity: 'product_affinity',
  churn: 'customer_churn',
  demand: 'product_demand',
} as const;

export type ModelAlias = keyof typeof MODEL_NAMES;

const runSchema = z.looseObject({
  id: z.string(),
  status: z.string(),
  progress: z.number().nullish(),
  stage: z.string().nullish(),
  version: z.union([z.string(), z.number()]).nullish(),
  reason: z.string().nullish(),
  trainer: z.string().nullish(),
  metrics: z.record(z.string(), z.unknown()).nullish(),
});

export type TrainingRunView = z.infer<typeof runSchema>;

const POLL_MS = 250;

/** How a run is waited for. */
export interface FollowOptions {
  signal?: AbortSignal;
  onProgress?: (done: number, stage: string) => void;
}

/**
 * Asks for a training and waits until it ended.
 *
 * @throws LaurelApiError when it failed or the data is too poor to learn from; the live model keeps serving.
 */
export function train(api: LaurelApi, alias: ModelAlias, options: FollowOptions = {}): Promise<TrainingRunView> {
  return followRun(api, `Training ${alias}`, `/v1/models/${MODEL_NAMES[alias]}:train`, undefined, options);
}

/** Asks for a training that nobody waits for. */
export function requestTraining(api: LaurelApi, alias: ModelAlias): Promise<TrainingRunView> {
  return api.json('clustering-service', 'POST', `/v1/models/${MODEL_NAMES[alias]}:train`, runSchema);
}

/**
 * Asks for a run of the training queue and waits until it ended.
 *
 * @throws LaurelApiError when it failed or the data is too poor to learn from; the live model keeps serving.
 */
export async function followRun(
  api: LaurelApi,
  what: string,
  path: string,
  body: unknown,
  { signal, onProgress }: FollowOptions,
): Promise<TrainingRunView> {
  let run = await api.json('clustering-service', 'POST', path, runSchema, { body });
  while (run.status === 'queued' || run.status === 'running') {
    onProgress?.(run.progress ?? 0, run.stage ?? run.status);
    await sleep(POLL_MS, undefined, { signal });
    run = await api.json('clustering-service', 'GET', `/v1/training-runs/${run.id}`, runSchema);
  }
  if (run.status === 'failed' || run.status === 'refused') {
    throw new LaurelApiError(
      `${what} ${run.status}: ${run.reason?.replace(/\.$/, '') ?? 'no reason given'}. The live model keeps serving.`,
    );
  }
  return run;
}

/** `laurel train clusters|affinity|churn|demand` */
export function trainCommand(): Command {
  return new Command('train')
    .description('train a model anew from the warehouse; it goes live only where it is not worse than the live one')
    .addArgument(new Argument('<model>', 'which model').choices(Object.keys(MODEL_NAMES)))
    .option('--json', 'print the run as JSON')
    .action((alias: ModelAlias, options: { json?: boolean }) =>
      runCommand(async () => {
        const progress = new Progress(`train ${alias}`);
        const run = await train(new LaurelApi(readSettings()), alias, {
          onProgress: (done, stage) => progress.update(done, stage),
        }).finally(() => progress.stop());
        if (options.json) process.stdout.write(`${JSON.stringify(run)}\n`);
        else
          process.stdout.write(
            `${alias}: ${run.status}, version ${run.version ?? '–'}${run.trainer ? ` by ${run.trainer}` : ''}${run.reason ? ` (${run.reason})` : ''}\n`,
          );
      }),
    );
}
