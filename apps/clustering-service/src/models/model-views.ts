import type { ModelRecord, ServingState, TrainingRun, TuningTrial } from '@laurel/learning';
import { z } from 'zod';

const moment = z.string().meta({ format: 'date-time' });

/** A version of a model, as the API shows it. */
export const modelVersionSchema = z.object({
  version: z.number(),
  status: z.enum(['candidate', 'live', 'retired', 'rejected']),
  reason: z.string(),
  kind: z.string(),
  trainer: z.string().meta({ description: 'What made it: embedded or bigquery-ml' }),
  trained_at: moment,
  duration_ms: z.number(),
  data_fingerprint: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  seed: z.number(),
  metrics: z.record(z.string(), z.unknown()),
  artifact_sha256: z.string(),
});

/** Which versions serve, as the API shows it. */
export const servingSchema = z.object({
  name: z.string(),
  version: z.number().meta({ description: 'The live version' }),
  traffic: z.array(z.object({ version: z.number(), percent: z.number() })),
});

/** Every model with its versions, the newest first. */
export const modelsSchema = z.object({
  models: z.array(
    z.object({
      name: z.string(),
      live: z.number().nullable(),
      traffic: z.array(z.object({ version: z.number(), percent: z.number() })),
      versions: z.array(modelVersionSchema),
    }),
  ),
});

/** A training run, as the API shows it. */
export const trainingRunSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(['queued', 'running', 'succeeded', 'refused', 'failed']),
  progress: z.number(),
  stage: z.string(),
  requested_at: moment,
  started_at: moment.nullable(),
  finished_at: moment.nullable(),
  version: z.number().nullable(),
  promoted: z.boolean().nullable(),
  reason: z.string().nullable(),
  trainer: z.string().nullable().meta({ description: 'What made its version' }),
  metrics: z.record(z.string(), z.unknown()).nullable(),
  status_url: z.string(),
});

export function modelVersionView(record: ModelRecord): z.infer<typeof modelVersionSchema> {
  return {
    version: record.version,
    status: record.status,
    reason: record.reason,
    kind: record.kind,
    trainer: record.trainer,
    trained_at: record.trainedAt.toISOString(),
    duration_ms: record.durationMs,
    data_fingerprint: record.dataFingerprint,
    parameters: record.parameters,
    seed: record.seed,
    metrics: record.metrics,
    artifact_sha256: record.artifact.sha256,
  };
}

export function servingView({ name, live, traffic }: ServingState): z.infer<typeof servingSchema> {
  return { name, version: live, traffic };
}

export function trainingRunView(run: TrainingRun, record?: ModelRecord): z.infer<typeof trainingRunSchema> {
  return {
    id: run.id,
    name: run.name,
    status: run.status,
    progress: run.progress,
    stage: run.stage,
    requested_at: run.requestedAt.toISOString(),
    started_at: run.startedAt?.toISOString() ?? null,
    finished_at: run.finishedAt?.toISOString() ?? null,
    version: run.version ?? null,
    promoted: run.promoted ?? null,
    reason: run.reason ?? null,
    trainer: record?.trainer ?? null,
    metrics: record?.metrics ?? null,
    status_url: `/v1/training-runs/${run.id}`,
  };
}

/** What tuning tried. */
export const trialsSchema = z.object({
  trials: z.array(
    z.object({
      trainer: z.string(),
      parameters: z.record(z.string(), z.unknown()),
      share_of_customers: z.number(),
      rows: z.number().meta({ description: 'Order lines, or customers to cluster, that there were' }),
      score: z.number().meta({ description: 'What the search makes as high as it can: one of the figures' }),
      figures: z.record(z.string(), z.number()),
      seconds: z.number(),
      tried_at: moment,
    }),
  ),
});

export function trialView(trial: TuningTrial): z.infer<typeof trialsSchema>['trials'][number] {
  return {
    trainer: trial.trainer,
    parameters: trial.parameters,
    share_of_customers: trial.share,
    rows: trial.rows,
    score: trial.score,
    figures: trial.figures,
    seconds: trial.seconds,
    tried_at: trial.triedAt.toISOString(),
  };
}
