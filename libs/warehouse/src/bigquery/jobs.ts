import type { BigQuery } from '@google-cloud/bigquery';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type RestOptions, restRequest } from './rest-request.js';
import { restStatus } from './rest-table.js';

const attempts = 6;
const firstPauseMs = 200;
const alreadyExists = 409;
const tooManyRequests = 429;

/** The emulator gives its jobs ids of its own. */
const madeSchema = z.object({ jobReference: z.object({ jobId: z.string() }) });

/** A job that is there now. */
export interface MadeJob {
  readonly id: string;
  /** Whether it was there before it was asked for. */
  readonly found: boolean;
}

/** Jobs under ids that the caller chooses. BigQuery runs a job of one id once. */
export class Jobs {
  constructor(
    private readonly rest: BigQuery,
    private readonly location: string | undefined,
  ) {}

  /** Where jobs run, for requests. */
  get where(): { location?: string } {
    return this.location === undefined ? {} : { location: this.location };
  }

  /** The `jobReference` of a new job. */
  reference(projectId: string, jobId: string): object {
    return { projectId, jobId, ...this.where };
  }

  /** Asks for a job, again and again while it is not known whether it was made. @throws what BigQuery refuses it with. */
  async make(id: string, request: RestOptions): Promise<MadeJob> {
    for (let attempt = 1; ; attempt++) {
      try {
        const made = madeSchema.parse(await restRequest(this.rest, request));
        return { id: made.jobReference.jobId, found: false };
      } catch (error) {
        if (restStatus(error) === alreadyExists) return { id, found: attempt === 1 };
        await pauseUnlessRefused(error, attempt);
      }
    }
  }

  /** The job as BigQuery describes it. */
  async get(id: string): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await restRequest(this.rest, { uri: `/jobs/${id}`, qs: this.where });
      } catch (error) {
        await pauseUnlessRefused(error, attempt);
      }
    }
  }

  /** Asks BigQuery to end a job; whether it does is seen in the job. */
  async cancel(id: string): Promise<void> {
    await restRequest(this.rest, { method: 'POST', uri: `/jobs/${id}/cancel`, qs: this.where }).catch(() => undefined);
  }
}

async function pauseUnlessRefused(error: unknown, attempt: number): Promise<void> {
  const status = restStatus(error);
  const refused = status !== undefined && status >= 400 && status < 500 && status !== tooManyRequests;
  if (refused || attempt === attempts) throw error;
  await delay(firstPauseMs * 2 ** (attempt - 1));
}
