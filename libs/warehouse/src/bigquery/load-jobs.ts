import type { BigQuery } from '@google-cloud/bigquery';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { WarehouseError } from '../errors.js';
import { restStatus } from './rest-table.js';

const attempts = 6;
const firstPauseMs = 200;
const pollMs = 500;
const alreadyExists = 409;
const tooManyRequests = 429;

/** The emulator gives its jobs ids of its own. */
const madeSchema = z.object({ jobReference: z.object({ jobId: z.string() }) });

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
  constructor(
    private readonly rest: BigQuery,
    private readonly location: string | undefined,
  ) {}

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
    const job = { jobReference: this.#reference(project, id), configuration: { load } };
    const boundary = `laurel-${randomUUID()}`;
    const { configuration, status } = await this.#run(id, () =>
      this.#request({
        method: 'POST',
        uri: `${this.rest.apiEndpoint}/upload/bigquery/v2/projects/${project}/jobs`,
        qs: { uploadType: 'multipart' },
        headers: { 'Content-Type': `multipart/related; boundary=${boundary}` },
        body: uploadBody(boundary, job, lines),
      }),
    );
    if (configuration.load === undefined)
      throw new WarehouseError(`The load job ${id} was kept from running by another writer`);
    if (status.errorResult) throw new WarehouseError(`The load job ${id} failed: ${status.errorResult.message}`);
  }

  /** Takes an id for ever, so that no load of it can begin any more, and waits for one that has begun. */
  async occupy(project: string, id: string): Promise<void> {
    const configuration = { query: { query: 'SELECT 1', useLegacySql: false } };
    const json = { jobReference: this.#reference(project, id), configuration };
    await this.#run(id, () => this.#request({ method: 'POST', uri: '/jobs', json }));
  }

  /** Makes a job, again and again while it is not known whether it was made, and waits for its end. */
  async #run(id: string, make: () => Promise<unknown>): Promise<Job> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#done(madeSchema.parse(await make()).jobReference.jobId);
      } catch (error) {
        const status = restStatus(error);
        if (status === alreadyExists) return this.#done(id);
        const refused = status !== undefined && status >= 400 && status < 500 && status !== tooManyRequests;
        if (refused || attempt === attempts) throw error;
        await delay(firstPauseMs * 2 ** (attempt - 1));
      }
    }
  }

  async #done(id: string): Promise<Job> {
    for (;;) {
      const job = jobSchema.parse(await this.#request({ uri: `/jobs/${id}`, qs: this.#where() }));
      if (job.status.state === 'DONE') return job;
      await delay(pollMs);
    }
  }

  #reference(projectId: string, jobId: string): object {
    return { projectId, jobId, ...this.#where() };
  }

  #where(): { location?: string } {
    return this.location === undefined ? {} : { location: this.location };
  }

  #request(options: {
    method?: string;
    uri: string;
    qs?: object;
    json?: object;
    headers?: object;
    body?: string;
  }): Promise<unknown> {
    const answer = Promise.withResolvers<unknown>();
    this.rest.request(options, (error, body: unknown) => {
      if (error) answer.reject(error);
      else answer.resolve(body);
    });
    return answer.promise;
  }
}

/** A job with its rows in one request, as Google's upload service takes it. */
function uploadBody(boundary: string, job: object, lines: string): string {
  const part = (type: string, body: string) => `--${boundary}\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
  return `${part('application/json', JSON.stringify(job))}${part('application/octet-stream', lines)}--${boundary}--`;
}
