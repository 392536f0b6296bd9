import { createServer } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '@laurel/service';
import { claimPort } from './claim-port.js';

const server = createServer();

afterEach(() => {
  server.close();
});

test('a taken port is named together with the process that has it', async () => {
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  await expect(claimPort('Kafka', port)).rejects.toMatchObject({
    name: 'PortTakenError',
    port,
    message: expect.stringContaining(`Port ${port}, which Kafka needs, is taken by pid ${process.pid} (`),
  });
});
