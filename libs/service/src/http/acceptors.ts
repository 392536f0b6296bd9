import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, type ListenOptions, type Server } from 'node:net';

/** In overloads of 640 clients at once so many sockets emptied the queue within one to eight seconds, where one took thirty; 32 were no faster. */
const SOCKETS = 8;
/** Elsewhere a port has one socket. */
const SHARED = process.platform === 'linux';

/** Where a server that is to have {@link openAcceptors} listens. Who asks to share the port gets it, so ask first whether it is free. */
export function sharedPort(port: number, host: string): { port: number; host: string; reusePort: boolean } {
  return { port, host, reusePort: SHARED };
}

/**
 * Further sockets of the port that `server` listens on, which give it their connections. Node accepts one connection of a socket in a turn of its event
 * loop: where turns are long because too much is asked, new clients would wait many turns for theirs. The caller closes them as it closes the server.
 */
export async function openAcceptors(server: HttpServer, where: ListenOptions): Promise<Server[]> {
  const acceptors = Array.from({ length: SHARED ? SOCKETS - 1 : 0 }, () =>
    createServer({ allowHalfOpen: true, noDelay: true }, socket => server.emit('connection', socket)),
  );
  try {
    await Promise.all(acceptors.map(acceptor => once(acceptor.listen(where), 'listening')));
  } catch (error) {
    for (const acceptor of acceptors) acceptor.close();
    throw error;
  }
  return acceptors;
}
