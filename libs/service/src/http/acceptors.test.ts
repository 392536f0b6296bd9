import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { freePort, isPortFree } from '../ports/free-port.js';
import { openAcceptors, sharedPort } from './acceptors.js';
import { drainServer } from './drain.js';

it.runIf(process.platform === 'linux')(
  'connections come by every socket, nobody else gets the port, and all are drained',
  async () => {
    const where = sharedPort(await freePort(), '127.0.0.1');
    const letGo: (() => void)[] = [];
    const server = createServer((_request, response) => {
      response.write('first half, ');
      letGo.push(() => response.end('second half'));
    });
    await once(server.listen(where), 'listening');
    const acceptors = await openAcceptors(server, where);
    const idle = new Set(acceptors);
    for (const acceptor of acceptors) acceptor.on('connection', () => idle.delete(acceptor));
    expect(await isPortFree(where.port)).toBe(false);

    const agent = new Agent({ keepAlive: true });
    const ask = () =>
      new Promise<IncomingMessage>((resolve, reject) => get({ ...where, agent }, resolve).on('error', reject));
    const responses = await Promise.all(Array.from({ length: 200 }, ask));
    expect(idle.size).toBe(0);

    const drained = drainServer([server, ...acceptors], 60_000);
    for (const go of letGo) go();
    for (const response of responses) expect(await text(response)).toBe('first half, second half');
    await drained;
    expect(await isPortFree(where.port)).toBe(true);
    agent.destroy();
  },
);
