import type { FastifyCorsOptions, FastifyCorsOptionsDelegateCallback } from '@fastify/cors';
import type { Settings } from '../settings/settings.js';

/**
 * Lets the dashboard's page, and no other, call an app from a browser. Its origin is `DASHBOARD_URL`, or its port on the host under which
 * the app itself is called. A request without an origin comes from no page, and nothing is worked out for it.
 */
export function corsFor(settings: Pick<Settings, 'ports' | 'publicUrls'>): {
  delegator: FastifyCorsOptionsDelegateCallback;
} {
  return {
    delegator: ({ headers }, callback) =>
      callback(
        null,
        headers.origin === undefined ? NO_PAGE : { ...common, origin: dashboardOrigins(settings, headers.host) },
      ),
  };
}

const NO_PAGE: FastifyCorsOptions = { origin: false };

const common: FastifyCorsOptions = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
  exposedHeaders: ['*'],
  maxAge: 600,
};

/** The origins the dashboard may have, as seen by a browser that calls an app as `host` (a Host header). */
export function dashboardOrigins({ ports, publicUrls }: Pick<Settings, 'ports' | 'publicUrls'>, host = ''): string[] {
  if (publicUrls.dashboard !== undefined) return [new URL(publicUrls.dashboard).origin];
  const hostname = host.replace(/:\d+$/, '');
  return [...new Set(['127.0.0.1', 'localhost', hostname])]
    .filter(Boolean)
    .map(name => `http://${name}:${ports.dashboard}`);
}
