import { describe, expect, test } from 'vitest';
import { type RestAnswer, ScriptedRestService } from '../testing/scripted-rest-service.js';
import { StatementJobs } from './statement-jobs.js';

const sql = 'CREATE OR REPLACE MODEL laurel.m OPTIONS (MODEL_TYPE = "KMEANS") AS SELECT a FROM laurel.t';
const id = 'laurel-run-7-496cbe8c68d96df2';
const made = (jobId: string): RestAnswer => ({ status: 200, body: { jobReference: { jobId } } });
const exists: RestAnswer = { status: 409, body: { error: { code: 409, message: 'Already Exists' } } };
const job = (state: string, more: object = {}): RestAnswer => ({ status: 200, body: { status: { state }, ...more } });
const failed: RestAnswer = {
  status: 200,
  body: { status: { state: 'DONE', errorResult: { message: 'Model m has no rows' } } },
};
/** How far a training is, as the reference of BigQuery's REST service describes `Job.statistics.query.mlStatistics`. */
const iterations = (done: number) => ({
  statistics: {
    query: {
      mlStatistics: { maxIterations: '4', iterationResults: Array.from({ length: done }, (_, index) => ({ index })) },
    },
  },
});

async function run(answers: RestAnswer[], stopAtProgress = false) {
  await using service = await ScriptedRestService.start(...answers);
  const progress: number[] = [];
  const abort = new AbortController();
  const onProgress = (fraction: number): void => {
    progress.push(fraction);
    if (stopAtProgress) abort.abort(new Error('stopped'));
  };
  const jobs = new StatementJobs(service.rest, 'p', 'd', 'EU');
  const ended = await jobs.run({ name: 'run-7', sql, signal: abort.signal, onProgress }).then(
    () => 'done',
    (error: unknown) => String(error),
  );
  return { ended, progress, requests: service.requests, bodies: service.bodies };
}

describe('a statement that runs as a job', () => {
  test('has an id that follows from its name and text, is waited for, and tells how far it is', async () => {
    const { ended, progress, requests, bodies } = await run([made(id), job('RUNNING', iterations(1)), job('DONE')]);
    expect(ended).toBe('done');
    expect(progress).toEqual([0.25]);
    expect(requests).toEqual(['POST /jobs', `GET /jobs/${id}`, `GET /jobs/${id}`]);
    expect(JSON.parse(bodies[0] ?? '')).toEqual({
      jobReference: { projectId: 'p', jobId: id, location: 'EU' },
      configuration: { query: { query: sql.replaceAll('laurel.', '`d`.'), useLegacySql: false } },
    });
  });

  test('is not run twice where its answer was lost, or another process has asked for it', async () => {
    expect((await run(['break', exists, job('DONE')])).requests.at(-1)).toBe(`GET /jobs/${id}`);
    expect(await run([exists, job('DONE')])).toMatchObject({ ended: 'done' });
  });

  test('that another process saw fail is run again under the next id', async () => {
    const { ended, requests } = await run([exists, failed, made(`${id}-1`), job('DONE')]);
    expect(ended).toBe('done');
    expect(requests).toEqual(['POST /jobs', `GET /jobs/${id}`, 'POST /jobs', `GET /jobs/${id}-1`]);
  });

  test('that fails, or is refused, is an error that names the job and the statement', async () => {
    expect((await run([made(id), failed])).ended).toBe(
      `WarehouseError: The job ${id} failed: Model m has no rows\nin: ${sql}`,
    );
    const refused = await run([{ status: 403, body: { error: { code: 403, message: 'Access Denied' } } }]);
    expect(refused.ended).toMatch(/^WarehouseError: The job laurel-run-7-\w+ failed: Access Denied/);
    expect(refused.requests).toEqual(['POST /jobs']);
  });

  test('is cancelled when nobody wants it any more', async () => {
    const { ended, requests } = await run([made(id), job('RUNNING', iterations(1)), job('DONE')], true);
    expect(ended).toBe('Error: stopped');
    expect(requests.at(-1)).toBe(`POST /jobs/${id}/cancel`);
  });
});
