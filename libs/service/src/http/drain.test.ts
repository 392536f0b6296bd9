import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { drainServer } from './drain.js';

const agents: Agent[] = [];
afterEach(() => agents.splice(0).forEach(agent => agent.destroy()));

async function listen(
  answer: (response: ServerResponse) => void,
): Promise<{ server: Server; ask(): Promise<IncomingMessage> }> {
  const server = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1');
  server.keepAliveTimeout = 600_000;
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const agent = new Agent({ keepAlive: true });
  agents.push(agent);
  const ask = () =>
    new Promise<IncomingMessage>((resolve, reject) => get({ port, agent }, resolve).on('error', reject));
  return { server, ask };
}

describe('drainServer', () => {
  it('answers what is under way although its connection is kept alive, and takes no new connection', async () => {
    let finish: () => void = () => undefined;
    const { server, ask } = await listen(response => {
      response.write('first half, ');
      finish = () => response.end('second half');
    });
    const response = await ask();
    const drained = drainServer([server], 60_000);
    expect(server.listening).toBe(false);
    finish();
    expect(await text(response)).toBe('first half, second half');
    await drained;
  });

  it('closes connections that wait for nothing', async () => {
    const { server, ask } = await listen(response => response.end('done'));
    await text(await ask());
    await drainServer([server], 60_000);
    expect(server.listening).toBe(false);
  });

  it('cuts at the limit what never ends', async () => {
    const { server, ask } = await listen(response => response.write('for ever'));
    const response = await ask();
    await drainServer([server], 50);
    await expect(text(response)).rejects.toThrow();
  });

  it('does nothing to a server that does not listen', async () => {
    await drainServer([createServer()], 60_000);
  });
});
