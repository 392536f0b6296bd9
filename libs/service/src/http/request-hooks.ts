import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { currentRequestId } from '../log/request-id.js';
import { SeriesHistogram } from '../metrics/series-histogram.js';

/**
 * Gives every request its id (answered as `x-request-id`, and on every log line meanwhile), measures it, and logs it at level `debug`. Of the
 * address only the route's pattern is kept: paths and queries can name customers.
 */
export function observeRequests(fastify: FastifyInstance, registry: Registry, logger: Logger): void {
  const seconds = new SeriesHistogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const logs = logger.isLevelEnabled('debug');
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    currentRequestId.run(request.id, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const { method } = request;
    const { statusCode: status, elapsedTime } = reply;
    seconds.series(`${method} ${status} ${route}`, () => ({ method, route, status })).observe(elapsedTime / 1000);
    if (logs) {
      logger.debug({ requestId: request.id, method, route, status, latencyMs: Math.round(elapsedTime) }, 'answered');
    }
    done();
  });
}
