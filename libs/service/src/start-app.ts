import 'reflect-metadata';
import { createServer, type RequestListener } from 'node:http';
import type { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import compress from '@fastify/compress';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Counter, Registry } from 'prom-client';
import { Gate } from './access/gate.js';
import type { Scope } from './access/key-ring.js';
import { RateLimiter } from './access/rate-limiter.js';
import { Readiness } from './health/readiness.js';
import { openAcceptors, sharedPort } from './http/acceptors.js';
import { corsHook } from './http/cors.js';
import { drainServer } from './http/drain.js';
import { eventLoopTurn } from './http/event-loop-turn.js';
import { sheddingLoad } from './http/load-shedding.js';
import { assertPortFree, portProblem } from './http/port.js';
import { observeRequests, requestObserver } from './http/request-hooks.js';
import { ShortcutLane, type ShortcutRules } from './http/shortcut.js';
import { NestLog } from './log/nest-log.js';
import { requestIdOf } from './log/request-id.js';
import { ServiceModule } from './service.module.js';
import type { LaurelApp, ServiceContext } from './service-context.js';
import type { AppName } from './settings/settings.js';
import { flushTraces } from './tracing/tracing.js';

/** Shorter answers are sent as they are. */
export const COMPRESSED_FROM_BYTES = 4096;
/** Ids and hashes get hardly smaller by more effort, which takes up to three times as long. */
const COMPRESSION_LEVEL = 1;
const BODY_LIMIT_BYTES = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_MS = 72_000;
const DRAIN_LIMIT_MS = 5_000;

/** An app that runs and listens. */
export interface RunningApp {
  name: AppName;
  url: string;
  /**
   * Says at `/health/ready` that the app stops, and goes on for as long as the settings give notice; then stops listening, answers what is under way
   * (for at most five seconds), and ends the app's work. May be called more than once.
   */
  close(): Promise<void>;
}

/**
 * Starts an app on its port. Nothing stays open and no work has begun when it throws for the port or the host.
 *
 * @throws SettingsError when the port is taken or `LAUREL_HOST` is no address of this machine.
 */
export async function startApp<R extends ServiceContext>(app: LaurelApp<R>, resources: R): Promise<RunningApp> {
  const { settings } = resources;
  await assertPortFree(app.name, settings);
  const refusals: Refusals = { count: 0 };
  const lane = new ShortcutLane();
  const nest = await createNest(app, resources, { refusals, lane });
  const port = settings.ports[app.name];
  const server = nest.getHttpServer();
  let acceptors: Server[] = [];
  try {
    const rules = await equip(nest, app, resources, refusals);
    await nest.init();
    if (app.shortcut) lane.open(app.shortcut(nest), rules);
    if (app.patienceMs === undefined) await nest.listen(port, settings.host);
    else {
      const where = sharedPort(port, settings.host);
      await assertPortFree(app.name, settings);
      await nest.listen(where);
      acceptors = await openAcceptors(server, where);
    }
  } catch (error) {
    await nest.close();
    throw portProblem(app.name, settings, error) ?? error;
  }
  const stop = async (): Promise<void> => {
    nest.get(Readiness).add('process', () => 'it is stopping');
    await sleep(settings.stopNoticeMs);
    await drainServer([server, ...acceptors], DRAIN_LIMIT_MS);
    await nest.close();
    await flushTraces();
  };
  let closed: Promise<void> | undefined;
  return {
    name: app.name,
    url: `http://${reachableHost(settings.host)}:${port}`,
    close: () => (closed ??= stop()),
  };
}

/** Requests that were refused because too many came. */
interface Refusals {
  count: number;
}

function createNest<R extends ServiceContext>(
  app: LaurelApp<R>,
  resources: R,
  { refusals, lane }: { refusals: Refusals; lane: ShortcutLane },
): Promise<NestFastifyApplication> {
  const { patienceMs = Number.POSITIVE_INFINITY } = app;
  const shedding = { patienceMs, turn: eventLoopTurn, onRefused: () => void refusals.count++ };

  @Module({ imports: [ServiceModule.register(app.name, resources), app.module(resources)] })
  class AppModule {}

  return NestFactory.create<NestFastifyApplication>(
    AppModule,
    new FastifyAdapter({
      bodyLimit: BODY_LIMIT_BYTES,
      serverFactory: (listener: RequestListener) =>
        createServer(
          { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
          sheddingLoad(lane.before(listener), shedding),
        ),
      forceCloseConnections: 'idle',
      genReqId: requestIdOf,
      routerOptions: { maxParamLength: 1024 },
    }),
    { logger: new NestLog(resources.logger), abortOnError: false },
  );
}

async function equip<R extends ServiceContext>(
  nest: NestFastifyApplication,
  app: LaurelApp<R>,
  resources: R,
  refusals: Refusals,
): Promise<ShortcutRules> {
  const { settings, keys, logger } = resources;
  const fastify = nest.getHttpAdapter().getInstance();
  const observe = requestObserver(nest.get(Registry), logger.child({ app: app.name }));
  observeRequests(fastify, observe);
  fastify.addHook('onRequest', corsHook(settings));
  const limited = new Counter({
    name: 'http_requests_limited_total',
    help: 'Requests answered with 429 because their key asked too often',
    labelNames: ['scope'],
    registers: [nest.get(Registry)],
  });
  new Counter({
    name: 'http_requests_refused_total',
    help: 'Requests answered with 503 because more came than could be answered in time',
    registers: [nest.get(Registry)],
    collect() {
      this.reset();
      this.inc(refusals.count);
    },
  });
  const guard = { limiter: new RateLimiter(settings.rateLimits), onLimited: (scope: Scope) => limited.inc({ scope }) };
  const gate = new Gate(keys, app.access, guard);
  fastify.addHook('onRequest', gate.hook);
  await nest.register(compress, { threshold: COMPRESSED_FROM_BYTES, zlibOptions: { level: COMPRESSION_LEVEL } });
  if (app.openapi) {
    const { title, description } = app.openapi;
    const builder = new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle(title)
      .setDescription(description)
      .setVersion('1')
      .addBearerAuth();
    const document = SwaggerModule.createDocument(nest, builder.addSecurityRequirements('bearer').build());
    fastify.get('/openapi.json', () => document);
  }
  return { gate, observe };
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
