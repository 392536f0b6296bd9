import 'reflect-metadata';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Logger as NestPinoLogger } from 'nestjs-pino';
import { Histogram, Registry } from 'prom-client';
import { accessHook } from './access/access-rules.js';
import { ServiceModule } from './service.module.js';
import type { LaurelApp, ServiceContext } from './service-context.js';
import { SettingsError, type AppName } from './settings/settings.js';

const BODY_LIMIT_BYTES = 1024 * 1024;

/** An app that runs and listens. */
export interface RunningApp {
  name: AppName;
  url: string;
  /** Answers what is under way, then stops listening and ends the app's work. */
  close(): Promise<void>;
}

/**
 * Starts an app on its port.
 *
 * @throws SettingsError when the port is taken.
 */
export async function startApp<R extends ServiceContext>(app: LaurelApp<R>, resources: R): Promise<RunningApp> {
  const { settings, keys } = resources;
  @Module({ imports: [ServiceModule.register(app.name, resources), app.module(resources)] })
  class AppModule {}

  const nest = await NestFactory.create<NestFastifyApplication>(
    AppModule,
    new FastifyAdapter({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true, routerOptions: { maxParamLength: 1024 } }),
    { bufferLogs: true, abortOnError: false },
  );
  nest.useLogger(nest.get(NestPinoLogger));
  const fastify = nest.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', accessHook(keys, app.access));
  measureRequests(nest);
  const dashboardPort = settings.ports.dashboard;
  await nest.register(cors, { origin: [`http://127.0.0.1:${dashboardPort}`, `http://localhost:${dashboardPort}`] });
  await nest.register(compress, { threshold: 4096 });
  if (app.openapi) {
    const { title, description } = app.openapi;
    const builder = new DocumentBuilder().setOpenAPIVersion('3.1.0').setTitle(title).setDescription(description).setVersion('1').addBearerAuth();
    const document = SwaggerModule.createDocument(nest, builder.addSecurityRequirements('bearer').build());
    fastify.get('/openapi.json', () => document);
  }

  const port = settings.ports[app.name];
  try {
    await nest.listen(port, settings.host);
  } catch (error) {
    await nest.close();
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new SettingsError([
        `Port ${port} (${app.name}) is in use. Stop what listens there, or set ${portSetting(app.name)} or LAUREL_PORT_BASE to another`,
      ]);
    }
    throw error;
  }
  return { name: app.name, url: `http://${settings.host}:${port}`, close: () => nest.close() };
}

function portSetting(name: AppName): string {
  return `${name.toUpperCase().replace('-', '_')}_PORT`;
}

function measureRequests(nest: NestFastifyApplication): void {
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [nest.get(Registry)],
  });
  nest
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'none';
      seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
      done();
    });
}
