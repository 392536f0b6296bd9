/**
 * What the page may do: run and show only what this server sends, and call the services. Images of products may come from any https address, for
 * shops keep them anywhere.
 */
export function contentSecurityPolicy(services: readonly string[]): string {
  const origins = [...new Set(services.map(url => new URL(url).origin))];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' https: data:",
    `connect-src 'self' ${origins.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
