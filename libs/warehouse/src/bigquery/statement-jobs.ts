import type { BigQuery } from '@google-cloud/bigquery';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { WarehouseError } from '../errors.js';
import type { StatementJob } from '../statement-job.js';
import { datasetSql } from './dataset-sql.js';
import { Jobs } from './jobs.js';

const pollMs = 1000;

const trainingSchema = z.object({
  maxIterations: z.coerce.number().default(0),
  iterationResults: z.array(z.unknown()).default([]),
});

const jobSchema = z.object({
  status: z.object({ state: z.string(), errorResult: z.object({ message: z.string() }).optional() }),
  statistics: z.object({ query: z.object({ mlStatistics: trainingSchema.optional() }).optional() }).optional(),
});

type Job = z.infer<typeof jobSchema>;

/** Statements as jobs whose ids follow from who asks and what for. */
export class StatementJobs {
  readonly #jobs: Jobs;

  constructor(
    rest: BigQuery,
    private readonly project: string,
    private readonly dataset: string,
    location: string | undefined,
  ) {
    this.#jobs = new Jobs(rest, location);
  }

  /**
   * Runs a statement to its end. Where a job of this name and statement runs already, or has succeeded, it is waited for; one that failed or was
   * cancelled gets a successor.
   * @throws WarehouseError naming the job and the statement; the signal's reason when it is aborted.
   */
  async run({ name, sql, signal, onProgress }: StatementJob): Promise<void> {
    const digest = createHash('sha256').update(sql).digest('hex').slice(0, 16);
    const query = { query: datasetSql(sql, this.dataset), useLegacySql: false };
    for (let successor = 0; ; successor++) {
      const id = `laurel-${name}-${digest}${successor === 0 ? '' : `-${successor}`}`;
      const json = { jobReference: this.#jobs.reference(this.project, id), configuration: { query } };
      try {
        const made = await this.#jobs.make(id, { method: 'POST', uri: '/jobs', json });
        const { errorResult } = (await this.#done(made.id, signal, onProgress)).status;
        if (!errorResult) return;
        if (!made.found) throw new WarehouseError(errorResult.message);
      } catch (cause) {
        signal?.throwIfAborted();
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new WarehouseError(`The job ${id} failed: ${reason}\nin: ${sql}`, { cause });
      }
    }
  }

  async #done(id: string, signal: AbortSignal | undefined, onProgress: StatementJob['onProgress']): Promise<Job> {
    for (;;) {
      if (signal?.aborted) await this.#jobs.cancel(id);
      signal?.throwIfAborted();
      const job = jobSchema.parse(await this.#jobs.get(id));
      if (job.status.state === 'DONE') return job;
      const { maxIterations = 0, iterationResults = [] } = job.statistics?.query?.mlStatistics ?? {};
      if (maxIterations > 0) onProgress?.(Math.min(1, iterationResults.length / maxIterations));
      await delay(pollMs, undefined, { ...(signal && { signal }) }).catch(() => undefined);
    }
  }
}
