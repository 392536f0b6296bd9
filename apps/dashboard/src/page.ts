import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FactoryProvider, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { Readiness, type Settings } from '@laurel/service';
import { contentSecurityPolicy } from './content-security-policy.js';
import { serviceUrls } from './service-urls.js';

const ONE_YEAR = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';

/** Serves the built page: files whose name carries their content's hash for a year, all others checked by ETag each time. */
export class Page implements OnModuleInit {
  constructor(
    private readonly folder: string,
    private readonly settings: Pick<Settings, 'ports' | 'publicUrls'>,
    private readonly http: HttpAdapterHost<FastifyAdapter>,
    private readonly readiness: Readiness,
  ) {}

  /** A provider of the page that was built into `folder`. */
  static provider(folder: URL, settings: Pick<Settings, 'ports' | 'publicUrls'>): FactoryProvider<Page> {
    return {
      provide: Page,
      useFactory: (http: HttpAdapterHost<FastifyAdapter>, readiness: Readiness) =>
        new Page(fileURLToPath(folder), settings, http, readiness),
      inject: [HttpAdapterHost, Readiness],
    };
  }

  async onModuleInit(): Promise<void> {
    const built = existsSync(`${this.folder}/index.html`);
    this.readiness.add('page', () => (built ? undefined : 'the page is not built: npm run build'));
    if (!built) return;
    const fastify = this.http.httpAdapter.getInstance();
    fastify.addHook('onRequest', (request, reply, done) => {
      const services = Object.values(serviceUrls(this.settings, request.headers.host ?? ''));
      reply.header('content-security-policy', contentSecurityPolicy(services)).header('referrer-policy', 'no-referrer');
      done();
    });
    await fastify.register(fastifyStatic, {
      root: this.folder,
      wildcard: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.header('cache-control', path.includes(`${sep}assets${sep}`) ? ONE_YEAR : ASK_AGAIN);
      },
    });
  }
}
