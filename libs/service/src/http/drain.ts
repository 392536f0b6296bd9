import type { Server } from 'node:http';

const SWEEP_MS = 25;

/**
 * Stops listening and waits until every request under way is answered; connections that are kept alive are closed as they fall idle.
 * What still runs after `limitMs` is cut.
 */
export async function drainServer(server: Server, limitMs: number): Promise<void> {
  if (!server.listening) return;
  server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const limit = setTimeout(() => server.closeAllConnections(), limitMs);
  try {
    await new Promise(resolve => server.close(resolve));
  } finally {
    clearInterval(sweep);
    clearTimeout(limit);
  }
}
