import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../settings/settings.js';

const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE',
  'access-control-max-age': '600',
  'content-length': '0',
};

/**
 * A Fastify `onRequest` hook that lets the dashboard's page, and no other, call an app from a browser, and answers what browsers ask before they
 * do. The page's origin is `DASHBOARD_URL`, or its port on the host under which the app itself is called. A request without an origin comes from
 * no page, and nothing is worked out for it.
 */
export function corsHook(settings: Pick<Settings, 'ports' | 'publicUrls'>) {
  return ({ method, headers }: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const { origin, host } = headers;
    if (origin === undefined) return done();
    if (dashboardOrigins(settings, host).includes(origin))
      reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', '*');
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return done();
    const asked = headers['access-control-request-headers'];
    if (asked !== undefined) reply.header('access-control-allow-headers', asked);
    void reply.code(204).headers(PREFLIGHT_HEADERS).send();
  };
}

/** The origins the dashboard may have, as seen by a browser that calls an app as `host` (a Host header). */
export function dashboardOrigins({ ports, publicUrls }: Pick<Settings, 'ports' | 'publicUrls'>, host = ''): string[] {
  if (publicUrls.dashboard !== undefined) return [new URL(publicUrls.dashboard).origin];
  const hostname = host.replace(/:\d+$/, '');
  return [...new Set(['127.0.0.1', 'localhost', hostname])]
    .filter(Boolean)
    .map(name => `http://${name}:${ports.dashboard}`);
}
