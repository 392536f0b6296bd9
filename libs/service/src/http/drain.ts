import type { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';

const SWEEP_MS = 25;

/**
 * Has a server and its acceptors stop listening, and waits until every request under way is answered; connections that are kept alive are closed as they fall idle.
 * What still runs after `limitMs` is cut.
 */
export async function drainServer([server, ...acceptors]: [HttpServer, ...Server[]], limitMs: number): Promise<void> {
  if (!server.listening) return;
  server.prependListener('request', (_request, response) => response.setHeader('connection', 'close'));
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const limit = setTimeout(() => server.closeAllConnections(), limitMs);
  try {
    await Promise.all([server, ...acceptors].map(each => new Promise(resolve => each.close(resolve))));
  } finally {
    clearInterval(sweep);
    clearTimeout(limit);
  }
}
