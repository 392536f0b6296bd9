import { describe, expect, test } from 'vitest';
import { type RestAnswer, ScriptedRestService } from '../testing/scripted-rest-service.js';
import { LoadJobs } from './load-jobs.js';

const target = { project: 'p', dataset: 'd', table: 't' };
const made: RestAnswer = { status: 200, body: { jobReference: { jobId: 'range-1' } } };
const exists: RestAnswer = { status: 409, body: { error: { code: 409, message: 'Already Exists: Job p:range-1' } } };
const done = (configuration: object, errorResult?: object): RestAnswer => ({
  status: 200,
  body: { configuration, status: { state: 'DONE', ...(errorResult && { errorResult }) } },
});
const loaded = done({ load: {} });

describe('a load job', () => {
  test('carries its id, its place and its rows, and is waited for', async () => {
    const running: RestAnswer = { status: 200, body: { configuration: { load: {} }, status: { state: 'RUNNING' } } };
    await using service = await ScriptedRestService.start(made, running, loaded);
    const jobs = new LoadJobs(service.rest, 'EU');
    await jobs.load('range-1', target, '{"a":1}\n');
    expect(service.requests).toEqual(['POST /jobs', 'GET /jobs/range-1', 'GET /jobs/range-1']);
    expect(service.bodies[0]).toContain('"jobReference":{"projectId":"p","jobId":"range-1","location":"EU"}');
    expect(service.bodies[0]).toContain('\r\n\r\n{"a":1}\n\r\n--');
  });

  test('whose answer is lost is sent again under the same id, and is not run twice', async () => {
    await using service = await ScriptedRestService.start('break', exists, loaded);
    const jobs = new LoadJobs(service.rest, 'EU');
    await jobs.load('range-1', target, '{"a":1}\n');
    expect(service.requests).toEqual(['POST /jobs', 'POST /jobs', 'GET /jobs/range-1']);
    expect(service.bodies[1]).toContain('"jobId":"range-1"');
  });

  test('that failed is an error with its reason', async () => {
    await using service = await ScriptedRestService.start(
      made,
      done({ load: {} }, { message: 'row 3: no such field' }),
    );
    const jobs = new LoadJobs(service.rest, 'EU');
    await expect(jobs.load('range-1', target, '')).rejects.toThrow(/range-1 failed: row 3: no such field/);
  });

  test('whose id another writer has occupied stores nothing, and says so', async () => {
    await using service = await ScriptedRestService.start(exists, done({ query: {} }));
    const jobs = new LoadJobs(service.rest, 'EU');
    await expect(jobs.load('range-1', target, '')).rejects.toThrow(/kept from running by another writer/);
  });

  test('that is refused is not tried again', async () => {
    await using service = await ScriptedRestService.start({
      status: 403,
      body: { error: { code: 403, message: 'Access Denied' } },
    });
    const jobs = new LoadJobs(service.rest, 'EU');
    await expect(jobs.load('range-1', target, '')).rejects.toThrow(/Access Denied/);
    expect(service.requests).toEqual(['POST /jobs']);
  });
});

test('an id is occupied by a job that does nothing; one that has begun is waited for', async () => {
  await using service = await ScriptedRestService.start(exists, loaded);
  const jobs = new LoadJobs(service.rest, 'EU');
  await jobs.occupy('p', 'range-1');
  expect(service.requests).toEqual(['POST /jobs', 'GET /jobs/range-1']);
  expect(JSON.parse(service.bodies[0] ?? '')).toMatchObject({
    jobReference: { jobId: 'range-1' },
    configuration: { query: {} },
  });
});
