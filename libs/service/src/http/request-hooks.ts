import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { currentRequestId } from '../log/request-id.js';
import { SeriesHistogram } from '../metrics/series-histogram.js';

/** A request that was answered. */
export interface AnsweredRequest {
  requestId: string;
  method: string;
  /** The pattern of its address: paths and queries can name customers. */
  route: string;
  status: number;
  elapsedMs: number;
}

/** Told of every request that was answered. */
export type RequestObserver = (answered: AnsweredRequest) => void;

/** Measures requests, and logs them at level `debug`. */
export function requestObserver(registry: Registry, logger: Logger): RequestObserver {
  const seconds = new SeriesHistogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const logs = logger.isLevelEnabled('debug');
  return ({ requestId, method, route, status, elapsedMs }) => {
    seconds.series(`${method} ${status} ${route}`, () => ({ method, route, status })).observe(elapsedMs / 1000);
    if (logs) logger.debug({ requestId, method, route, status, latencyMs: Math.round(elapsedMs) }, 'answered');
  };
}

/** What every answer carries: its request's id; that its type is not to be guessed, and that pages of other origins may be told something else. */
export function answerHeaders(requestId: string): Record<string, string> {
  return { 'x-request-id': requestId, 'x-content-type-options': 'nosniff', vary: 'Origin' };
}

/** Gives every request its id (answered as `x-request-id`, and on every log line meanwhile), and tells of it once it is answered. */
export function observeRequests(fastify: FastifyInstance, observe: RequestObserver): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.headers(answerHeaders(request.id));
    currentRequestId.run(request.id, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, id: requestId } = request;
    const { statusCode: status, elapsedTime: elapsedMs } = reply;
    observe({ requestId, method, route: request.routeOptions.url ?? 'none', status, elapsedMs });
    done();
  });
}
