import type { BigQuery } from '@google-cloud/bigquery';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { WarehouseError } from '../errors.js';
import { Jobs } from './jobs.js';
import type { RestOptions } from './rest-request.js';

const pollMs = 500;

const jobSchema = z.object({
  configuration: z.object({ load: z.unknown().optional() }),
  status: z.object({ state: z.string(), errorResult: z.object({ message: z.string() }).optional() }),
});

type Job = z.infer<typeof jobSchema>;

/** Where the rows of a load job go. */
export interface LoadTarget {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
}

/**
 * Load jobs under ids that the caller chooses. BigQuery runs a job of one id once: a job whose answer was lost is sent again under its id,
 * and who occupies an id keeps everybody else's job of that id from running.
 */
export class LoadJobs {
  readonly #jobs: Jobs;
  readonly #upload: string;

  constructor(rest: BigQuery, location: string | undefined) {
    this.#jobs = new Jobs(rest, location);
    this.#upload = `${rest.apiEndpoint}/upload/bigquery/v2/projects`;
  }

  /**
   * Appends lines of JSON to a table, all or none; resolves when they are in. Where the job of this id has run before, only waits for it.
   * @throws WarehouseError where the job failed, or somebody else has occupied its id; nothing is stored then.
   */
  async load(id: string, { project, dataset, table }: LoadTarget, lines: string): Promise<void> {
    const load = {
      destinationTable: { projectId: project, datasetId: dataset, tableId: table },
      sourceFormat: 'NEWLINE_DELIMITED_JSON',
      writeDisposition: 'WRITE_APPEND',
      createDisposition: 'CREATE_NEVER',
    };
    const job = { jobReference: this.#jobs.reference(project, id), configuration: { load } };
    const boundary = `laurel-${randomUUID()}`;
    const { configuration, status } = await this.#run(id, {
      method: 'POST',
      uri: `${this.#upload}/${project}/jobs`,
      qs: { uploadType: 'multipart' },
      headers: { 'Content-Type': `multipart/related; boundary=${boundary}` },
      body: uploadBody(boundary, job, lines),
    });
    if (configuration.load === undefined)
      throw new WarehouseError(`The load job ${id} was kept from running by another writer`);
    if (status.errorResult) throw new WarehouseError(`The load job ${id} failed: ${status.errorResult.message}`);
  }

  /** Takes an id for ever, so that no load of it can begin any more, and waits for one that has begun. */
  async occupy(project: string, id: string): Promise<void> {
    const configuration = { query: { query: 'SELECT 1', useLegacySql: false } };
    const json = { jobReference: this.#jobs.reference(project, id), configuration };
    await this.#run(id, { method: 'POST', uri: '/jobs', json });
  }

  /** Makes a job unless it is there, and waits for its end. */
  async #run(id: string, request: RestOptions): Promise<Job> {
    const made = await this.#jobs.make(id, request);
    for (;;) {
      const job = jobSchema.parse(await this.#jobs.get(made.id));
      if (job.status.state === 'DONE') return job;
      await delay(pollMs);
    }
  }
}

/** A job with its rows in one request, as Google's upload service takes it. */
function uploadBody(boundary: string, job: object, lines: string): string {
  const part = (type: string, body: string) => `--${boundary}\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
  return `${part('application/json', JSON.stringify(job))}${part('application/octet-stream', lines)}--${boundary}--`;
}
