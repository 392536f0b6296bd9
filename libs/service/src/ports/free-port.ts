import { createServer } from 'node:net';
import { threadId } from 'node:worker_threads';

/** Below the range that systems give to outgoing connections, so that none of those can take a port before it is listened on. */
const LOWEST = 20_000;
const PORTS = 12_000;
/** Processes with pids near each other, as the workers of a test run have, look in different places. */
const PLACE_OF_A_PROCESS = 211;
let next = ((process.pid + threadId) * PLACE_OF_A_PROCESS) % PORTS;

/** Whether a server could listen on this port of a host now. */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * A port of 127.0.0.1 that nobody listens on, the first of `count` such ports in a row. Never the same twice in one process.
 *
 * @throws Error when there is none.
 */
export async function freePort(count = 1): Promise<number> {
  for (let tried = 0; tried < PORTS; tried += count) {
    if (next + count > PORTS) next = 0;
    const first = LOWEST + next;
    next += count;
    const free = await Promise.all(Array.from({ length: count }, (_, offset) => isPortFree(first + offset)));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`There are no ${count} free ports in a row between ${LOWEST} and ${LOWEST + PORTS - 1}.`);
}
