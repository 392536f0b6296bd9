import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { connectBigQuery } from './bigquery-clients.js';
import { LoadJobs } from './load-jobs.js';

type Answer = { status: number; body: object } | 'break';

const target = { project: 'p', dataset: 'd', table: 't' };
const made: Answer = { status: 200, body: { jobReference: { jobId: 'range-1' } } };
const exists: Answer = { status: 409, body: { error: { code: 409, message: 'Already Exists: Job p:range-1' } } };
const done = (configuration: object, errorResult?: object): Answer => ({
  status: 200,
  body: { configuration, status: { state: 'DONE', ...(errorResult && { errorResult }) } },
});
const loaded = done({ load: {} });

/** BigQuery's REST service as a test scripts it: emulators run a job of one id as often as they are asked. */
const servers: { close(): unknown; closeAllConnections(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function service(...answers: Answer[]): Promise<{ jobs: LoadJobs; requests: string[]; bodies: string[] }> {
  const requests: string[] = [];
  const bodies: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    void text(request).then(body => {
      requests.push(`${request.method} ${request.url?.replace(/^.*\/projects\/p|\?.*$/g, '')}`);
      bodies.push(body);
      const answer = answers.shift();
      if (!answer || answer === 'break') return response.destroy();
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
      return undefined;
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { rest } = connectBigQuery({
    project: 'p',
    dataset: 'd',
    apiEndpoint: `http://127.0.0.1:${port}`,
    storageEndpoint: '127.0.0.1:1',
  });
  return { jobs: new LoadJobs(rest, 'EU'), requests, bodies };
}

describe('a load job', () => {
  test('carries its id, its place and its rows, and is waited for', async () => {
    const running: Answer = { status: 200, body: { configuration: { load: {} }, status: { state: 'RUNNING' } } };
    const { jobs, requests, bodies } = await service(made, running, loaded);
    await jobs.load('range-1', target, '{"a":1}\n');
    expect(requests).toEqual(['POST /jobs', 'GET /jobs/range-1', 'GET /jobs/range-1']);
    expect(bodies[0]).toContain('"jobReference":{"projectId":"p","jobId":"range-1","location":"EU"}');
    expect(bodies[0]).toContain('\r\n\r\n{"a":1}\n\r\n--');
  });

  test('whose answer is lost is sent again under the same id, and is not run twice', async () => {
    const { jobs, requests, bodies } = await service('break', exists, loaded);
    await jobs.load('range-1', target, '{"a":1}\n');
    expect(requests).toEqual(['POST /jobs', 'POST /jobs', 'GET /jobs/range-1']);
    expect(bodies[1]).toContain('"jobId":"range-1"');
  });

  test('that failed is an error with its reason', async () => {
    const { jobs } = await service(made, done({ load: {} }, { message: 'row 3: no such field' }));
    await expect(jobs.load('range-1', target, '')).rejects.toThrow(/range-1 failed: row 3: no such field/);
  });

  test('whose id another writer has occupied stores nothing, and says so', async () => {
    const { jobs } = await service(exists, done({ query: {} }));
    await expect(jobs.load('range-1', target, '')).rejects.toThrow(/kept from running by another writer/);
  });

  test('that is refused is not tried again', async () => {
    const { jobs, requests } = await service({ status: 403, body: { error: { code: 403, message: 'Access Denied' } } });
    await expect(jobs.load('range-1', target, '')).rejects.toThrow(/Access Denied/);
    expect(requests).toEqual(['POST /jobs']);
  });
});

test('an id is occupied by a job that does nothing; one that has begun is waited for', async () => {
  const { jobs, requests, bodies } = await service(exists, loaded);
  await jobs.occupy('p', 'range-1');
  expect(requests).toEqual(['POST /jobs', 'GET /jobs/range-1']);
  expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
    jobReference: { jobId: 'range-1' },
    configuration: { query: {} },
  });
});
