import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { freePort, isPortFree } from './free-port.js';

test('each time another port, that can be listened on', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, () => freePort()));

  expect(new Set(ports).size).toBe(20);
  expect(await Promise.all(ports.map(port => isPortFree(port)))).not.toContain(false);
});

test('ports in a row leave out those that are taken', async () => {
  const taken = (await freePort()) + 2;
  const server = createServer().listen(taken, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');

  const first = await freePort(5);

  expect(await isPortFree(taken)).toBe(false);
  expect([0, 1, 2, 3, 4].map(offset => first + offset)).not.toContain(taken);
});

test('ports stay below those of outgoing connections', async () => {
  for (let count = 0; count < 20; count++) expect((await freePort(5)) + 5).toBeLessThanOrEqual(32_000);
});
