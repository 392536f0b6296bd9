import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { z } from 'zod';
import { createLogger } from './log/create-logger.js';
import { openServiceContext, type LaurelApp, type ServiceContext } from './service-context.js';
import { freePort } from './ports/free-port.js';
import { APP_NAMES, readSettings } from './settings/settings.js';
import { SettingsError } from './settings/settings-error.js';
import { startApp, type RunningApp } from './start-app.js';
import { sampleApp } from './testing/sample-app.js';

const KEYS = { crm: 'crm-key-0000000001', admin: 'admin-key-00000001' };
const EMAIL = 'jane.doe@example.com';

let folder: string;
let logFile: string;
let context: ServiceContext;
const running: RunningApp[] = [];

async function contextOnFreePorts(): Promise<ServiceContext> {
  const ports = { ...context.settings.ports };
  for (const name of APP_NAMES) ports[name] = await freePort();
  return { ...context, settings: { ...context.settings, ports } };
}

async function start(app: LaurelApp, resources: ServiceContext): Promise<RunningApp> {
  const started = await startApp(app, resources);
  running.push(started);
  return started;
}

const asCrm = { authorization: `Bearer ${KEYS.crm}` };
const asAdmin = { authorization: `Bearer ${KEYS.admin}` };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'start-app-'));
  logFile = join(folder, 'laurel.log');
  const settings = readSettings({
    MONGODB_URI: inject('mongodbUri'),
    LAUREL_DATABASE: `service_${randomUUID().slice(0, 8)}`,
    LAUREL_KEYS: `crm=${KEYS.crm},admin=${KEYS.admin}`,
    LOG_LEVEL: 'debug',
  });
  context = await openServiceContext(settings, createLogger(settings, logFile));
});
afterAll(async () => {
  for (const app of running) await app.close();
  await context.mongo.close();
  rmSync(folder, { recursive: true });
});

describe('a running app', () => {
  let url: string;
  let dashboardPort: number;
  let readiness: { problem: string | undefined };
  beforeAll(async () => {
    const sample = sampleApp('clustering-service');
    readiness = sample.readiness;
    const resources = await contextOnFreePorts();
    dashboardPort = resources.settings.ports.dashboard;
    ({ url } = await start(sample.app, resources));
  });

  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(`${url}/v1/greetings`, {
      method: 'POST',
      headers: { ...asCrm, 'content-type': 'application/json', ...headers },
      body,
    });

  async function problem(response: Response): Promise<unknown> {
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    return response.json();
  }

  it('answers', async () => {
    const response = await fetch(`${url}/v1/greetings/Ann?limit=1`, { headers: asCrm });
    expect([response.status, await response.json()]).toEqual([200, { text: 'Hello Ann' }]);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('is ready only when every part is, and else names what is missing', async () => {
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    readiness.problem = 'no model was trained yet';
    const response = await fetch(`${url}/health/ready`);
    expect(response.status).toBe(503);
    expect(await problem(response)).toMatchObject({
      detail: 'Not ready: model: no model was trained yet',
      errors: [{ field: 'model', message: 'no model was trained yet' }],
    });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    readiness.problem = undefined;
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  it('answers wrong input with problem details that name each field', async () => {
    const response = await post(JSON.stringify({ name: '', times: 0.5 }));
    expect(response.status).toBe(400);
    expect(await problem(response)).toMatchObject({ status: 400, errors: [{ field: 'name' }, { field: 'times' }] });
    const query = await fetch(`${url}/v1/greetings/Ann?limit=0`, { headers: asCrm });
    expect([query.status, await problem(query)]).toEqual([400, expect.objectContaining({ title: 'Bad Request' })]);
  });

  it.each([
    ['malformed JSON', () => post('{"name":'), 400],
    ['no JSON at all', () => post('<a/>', { 'content-type': 'application/xml' }), 415],
    ['a body over the cap', () => post(JSON.stringify({ name: 'x'.repeat(2_000_000) })), 413],
    [
      'a small body that unpacks beyond the cap',
      () => post(gzipSync(JSON.stringify({ name: 'x'.repeat(2_000_000) })), { 'content-encoding': 'gzip' }),
      413,
    ],
    ['an unknown route', () => fetch(`${url}/v2/nothing`, { headers: asAdmin }), 404],
    ['a known route by another method', () => fetch(`${url}/v1/slow`, { method: 'DELETE', headers: asCrm }), 404],
    ['no key', () => fetch(`${url}/v1/slow`), 401],
    ['an unknown route without a key', () => fetch(`${url}/v2/nothing`), 401],
    ['a key of the wrong scope', () => fetch(`${url}/v2/nothing`, { headers: asCrm }), 403],
  ])('answers %s with problem details', async (_case, ask, status) => {
    const response = await ask();
    expect(response.status).toBe(status);
    expect(await problem(response)).toMatchObject({
      type: 'about:blank',
      status,
      title: expect.any(String),
      detail: expect.any(String),
    });
  });

  it('tells a failure of its own by a request id, found again in the log; the log names no person and no key', async () => {
    const response = await fetch(`${url}/v1/broken/${EMAIL}?email=${EMAIL}`, {
      headers: { ...asCrm, 'x-request-id': 'checkout-42-1' },
    });
    expect(response.status).toBe(500);
    expect(response.headers.get('x-request-id')).toBe('checkout-42-1');
    const { detail } = z.object({ detail: z.string() }).parse(await problem(response));
    expect(detail).toContain('checkout-42-1');
    expect(detail).not.toContain('cable');
    const log = await vi.waitFor(() => {
      const written = readFileSync(logFile, 'utf8');
      expect(written).toMatch(/"requestId":"checkout-42-1".*"msg":"answered"/);
      return written;
    });
    expect(log).toMatch(
      /"level":"error".*"app":"clustering-service".*"requestId":"checkout-42-1".*the cable was unplugged/,
    );
    expect(log).toContain('/v1/broken/:email');
    for (const secret of [EMAIL, encodeURIComponent(EMAIL), KEYS.crm, KEYS.admin]) expect(log).not.toContain(secret);
  });

  it('lets the page of the dashboard read every answer, refusals too, and no other page', async () => {
    const preflight = (origin: string) =>
      fetch(`${url}/v1/slow`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
      });
    const own = `http://127.0.0.1:${dashboardPort}`;
    const { status, headers } = await preflight(own);
    const allowed = ['origin', 'methods', 'headers'].map(what => headers.get(`access-control-allow-${what}`));
    expect([status, ...allowed]).toEqual([204, own, expect.stringContaining('DELETE'), 'authorization']);
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const refused = await fetch(`${url}/v1/slow`, { headers: { origin: own } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, own]);
  });

  it('shows its metrics by route, not by address', async () => {
    await fetch(`${url}/v1/greetings/Ann`, { headers: asCrm });
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(
      /http_request_duration_seconds_count\{app="clustering-service",method="GET",route="\/v1\/greetings\/:name",status="200"\} \d+/,
    );
    expect(metrics).toContain('process_resident_memory_bytes{app="clustering-service"}');
    expect(metrics).not.toContain('Ann');
  });

  it('serves a valid OpenAPI 3.1 document with the shapes its schemas ask for', async () => {
    const document = z.record(z.string(), z.unknown()).parse(await (await fetch(`${url}/openapi.json`)).json());
    expect(document['openapi']).toBe('3.1.0');
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    const text = JSON.stringify(document);
    expect(text).not.toContain('"nullable"');
    expect(document).toMatchObject({
      info: { title: 'Greetings' },
      paths: {
        '/v1/greetings': { post: { requestBody: { required: true } } },
        '/v1/greetings/{name}': { get: { summary: 'Greets' } },
      },
    });
    expect(text).toMatch(/"maxLength":10/);
    expect(Object.keys(z.object({ paths: z.record(z.string(), z.unknown()) }).parse(document).paths)).not.toContain(
      '/metrics',
    );
  });
});

describe('starting and closing', () => {
  it('answers what is under way before the work ends, then is gone', async () => {
    const { app, ledger } = sampleApp('recommender');
    const { url, close } = await start(app, await contextOnFreePorts());
    const answer = fetch(`${url}/v1/slow`, { headers: asCrm }).then(response => response.json());
    await vi.waitFor(() => expect(ledger.letGo.toString()).not.toBe('() => undefined'));
    const closed = Promise.all([close(), close()]);
    await vi.waitFor(() => expect(fetch(`${url}/health/live`)).rejects.toThrow());
    expect(ledger.stopped).toBe(0);
    ledger.letGo();
    expect(await answer).toEqual({ text: 'late but complete' });
    await closed;
    expect(ledger).toMatchObject({ stopped: 1, answeredWhenStopped: 1 });
  });

  it('gives notice that it stops, where it should, and answers meanwhile', async () => {
    const resources = await contextOnFreePorts();
    const noticing = { ...resources, settings: { ...resources.settings, stopNoticeMs: 3000 } };
    const { url, close } = await start(sampleApp('recommender').app, noticing);
    const closed = close();
    const ready = await fetch(`${url}/health/ready`);
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('it is stopping')]);
    expect((await fetch(`${url}/v1/greetings/Ann`, { headers: asCrm })).status).toBe(200);
    await closed;
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });

  it('says which port is taken, how to change it, and has begun nothing', async () => {
    const { app, ledger } = sampleApp('feature-service');
    const resources = await contextOnFreePorts();
    const port = resources.settings.ports['feature-service'];
    const other = createServer();
    await new Promise<void>(resolve => other.listen(port, '127.0.0.1', resolve));
    await expect(startApp(app, resources)).rejects.toThrow(
      new SettingsError([
        `Port ${port} (feature-service) is in use. Stop what listens there, or set FEATURE_SERVICE_PORT or LAUREL_PORT_BASE to another`,
      ]),
    );
    expect(ledger.started).toBe(0);
    await new Promise(resolve => other.close(resolve));
    const started = await start(app, resources);
    await started.close();
    expect(ledger).toMatchObject({ started: 1, stopped: 1 });
  });

  it('says so too when the app that listens there takes connections by several sockets', async () => {
    const resources = await contextOnFreePorts();
    const patient: LaurelApp = { ...sampleApp('recommender').app, patienceMs: 60_000 };
    const started = await start(patient, resources);
    const again = sampleApp('recommender');
    await expect(startApp({ ...again.app, patienceMs: 60_000 }, resources)).rejects.toThrow('(recommender) is in use.');
    expect(again.ledger.started).toBe(0);
    expect((await fetch(`${started.url}/health/live`)).status).toBe(200);
    await started.close();
  });

  it('says so when the host is none of this machine', async () => {
    const resources = await contextOnFreePorts();
    const elsewhere = { ...resources, settings: { ...resources.settings, host: '192.0.2.1' } };
    await expect(startApp(sampleApp('dashboard').app, elsewhere)).rejects.toThrow(
      'LAUREL_HOST="192.0.2.1" is not usable. Allowed: an address of this machine',
    );
  });

  it('closes again when a part fails to start, and its port is free', async () => {
    const resources = await contextOnFreePorts();
    const broken: LaurelApp = {
      name: 'events-ingester',
      module: () => ({
        module: class Broken {},
        providers: [{ provide: 'warehouse', useFactory: () => Promise.reject(new Error('file is locked')) }],
      }),
      access: [],
    };
    await expect(startApp(broken, resources)).rejects.toThrow('file is locked');
    const { close } = await start(sampleApp('events-ingester').app, resources);
    await close();
  });

  it('runs five apps in one process, each with its own port, metrics and name in the log', async () => {
    const resources = await contextOnFreePorts();
    const samples = APP_NAMES.map(name => sampleApp(name));
    const apps: RunningApp[] = [];
    for (const { app } of samples) apps.push(await start(app, resources));
    expect(apps.map(({ url }) => new URL(url).port)).toEqual(
      APP_NAMES.map(name => String(resources.settings.ports[name])),
    );
    for (const { name, url } of apps) {
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      expect(await (await fetch(`${url}/metrics`)).text()).toContain(`{app="${name}"}`);
      await fetch(`${url}/v1/broken/x`, { headers: { ...asCrm, 'x-request-id': `five-apps-${name}` } });
    }
    await vi.waitFor(() => {
      const log = readFileSync(logFile, 'utf8');
      for (const name of APP_NAMES)
        expect(log).toMatch(new RegExp(`"level":"error".*"app":"${name}".*"requestId":"five-apps-${name}"`));
    });
    await Promise.all(apps.map(app => app.close()));
    for (const { url } of apps) await expect(fetch(`${url}/health/live`)).rejects.toThrow();
    expect(samples.map(({ ledger }) => [ledger.started, ledger.stopped])).toEqual(APP_NAMES.map(() => [1, 1]));
  });
});

describe('openServiceContext', () => {
  it.each([
    [{ LAUREL_KEYS: '' }, 'LAUREL_KEYS'],
    [
      { MONGODB_URI: 'mongodb://shop:s3cret@127.0.0.1:1/?serverSelectionTimeoutMS=100' },
      'no MongoDB answers at mongodb://…@127.0.0.1:1/',
    ],
    [{ MONGODB_URI: 'mongodb://' }, 'MONGODB_URI'],
  ])('says what is wrong with %j, without the password', async (environment, message) => {
    const settings = readSettings({ LAUREL_KEYS: `admin=${KEYS.admin}`, ...environment });
    const failure = await openServiceContext(settings, context.logger).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SettingsError);
    expect(String(failure)).toContain(message);
    expect(String(failure)).not.toContain('s3cret');
  });
});
