import { createServer } from 'node:net';
import { PortTakenError, StackError } from '../errors.js';
import { portOwner } from './port-owner.js';

const LOWEST = 20_000;
const HIGHEST = 31_999;
const handedOut = new Set<number>();

/** Whether a server could listen on this port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/**
 * A port that nobody listens on, below the range that systems give to outgoing connections, so that none of those can
 * take it meanwhile. Never the same twice in one process.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await isFree(port)) return port;
  }
  throw new StackError(`No free port was found between ${LOWEST} and ${HIGHEST}. Name one.`);
}

/**
 * The port asked for, or a free one for 0.
 *
 * @throws PortTakenError
 */
export async function claimPort(part: string, port: number): Promise<number> {
  if (port === 0) return freePort();
  if (await isFree(port)) return port;
  throw new PortTakenError(part, port, await portOwner(port));
}
