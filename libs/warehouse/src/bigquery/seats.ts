import type { v1 } from '@google-cloud/bigquery-storage';
import type { LoadJobs } from './load-jobs.js';
import { WriteStream } from './write-stream.js';

const jobPrefix = 'jobs/';

/** How a load job is recorded among the streams of a partition. */
export function recordedJob(jobId: string): string {
  return `${jobPrefix}${jobId}`;
}

/** Closes what other writers of a partition have recorded: a stream takes no more rows, a load job that has not begun never will. */
export async function closeSeats(
  recorded: readonly string[],
  { client, jobs, project }: { client: v1.BigQueryWriteClient; jobs: LoadJobs; project: string },
): Promise<void> {
  for (const name of recorded) {
    if (name.startsWith(jobPrefix)) await jobs.occupy(project, name.slice(jobPrefix.length));
    else await WriteStream.finalize(client, name);
  }
}
