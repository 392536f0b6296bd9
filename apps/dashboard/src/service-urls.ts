import type { AppName, Settings } from '@laurel/service';

/** The services the page calls. */
export type CalledService = Exclude<AppName, 'dashboard'>;

/**
 * Where a browser that opened the dashboard at `host` (a Host header) reaches each service: at the address set for it (`RECOMMENDER_URL` …), or
 * on its port of the same host. Without a trailing slash.
 */
export function serviceUrls(
  { ports, publicUrls }: Pick<Settings, 'ports' | 'publicUrls'>,
  host: string,
): Record<CalledService, string> {
  const hostname = hostnameOf(host);
  const urlOf = (name: CalledService) => (publicUrls[name] ?? `http://${hostname}:${ports[name]}`).replace(/\/+$/, '');
  return {
    recommender: urlOf('recommender'),
    'clustering-service': urlOf('clustering-service'),
    'feature-service': urlOf('feature-service'),
    'events-ingester': urlOf('events-ingester'),
  };
}

function hostnameOf(host: string): string {
  return URL.parse(`http://${host}`)?.hostname || '127.0.0.1';
}
