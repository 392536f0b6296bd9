import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { EventLoopTurn } from './event-loop-turn.js';
import { sheddingLoad } from './load-shedding.js';

const RUSH = 32;

it('requests of a turn have waited since it began, but for the first 32; it ends when all that had come is worked off', async () => {
  const clock = { nowMs: 100 };
  const turn = new EventLoopTurn(() => clock.nowMs);
  for (let request = 1; request <= RUSH; request++) turn.take();
  clock.nowMs = 170;
  expect(turn.waitedMs()).toBe(0);
  turn.take();
  expect(turn.waitedMs()).toBe(70);
  await nextTurn();
  for (let request = 1; request <= RUSH + 1; request++) turn.take();
  expect(turn.waitedMs()).toBe(0);
});

it('who gives way is told how long those have waited that went first, where they were a rush', async () => {
  const clock = { nowMs: 100 };
  const turn = new EventLoopTurn(() => clock.nowMs);
  const rush = (requests: number): void => {
    for (let request = 1; request <= requests; request++) turn.take();
    clock.nowMs += 70;
  };
  rush(RUSH + 1);
  expect(await turn.giveWay()).toBe(70);
  rush(RUSH);
  expect(await turn.giveWay()).toBe(0);
  expect(await turn.giveWay()).toBe(0);
});

/** What a server answers to requests that come in one piece, so in one turn, where each takes 5 ms. */
async function statuses(
  paths: readonly string[],
  body = '',
): Promise<{ statuses: number[]; refused: number; answer: string }> {
  const clock = { nowMs: 0 };
  let refused = 0;
  const slow: RequestListener = (_request, response) => {
    clock.nowMs += 5;
    response.end('done');
  };
  const options = { patienceMs: 170, turn: new EventLoopTurn(() => clock.nowMs), onRefused: () => refused++ };
  const server = createServer(sheddingLoad(slow, options)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const socket = connect(port, '127.0.0.1');
  const last = paths.length - 1;
  socket.end(
    paths
      .map((path, at) => {
        const headers = `host: x\r\ncontent-length: ${body.length}\r\n${at === last ? 'connection: close\r\n' : ''}`;
        return `POST ${path} HTTP/1.1\r\n${headers}\r\n${body}`;
      })
      .join(''),
  );
  const answer = await text(socket);
  server.close();
  const found = Array.from(answer.matchAll(/HTTP\/1\.1 (\d+)/g), ([, status]) => Number(status));
  return { statuses: found, refused, answer };
}

const early = Array.from({ length: RUSH + 3 }, () => '/early');

it('refuses what has waited too long and says when to ask again; what came first is answered', async () => {
  const { statuses: found, refused, answer } = await statuses([...early, '/late', '/later']);
  expect([found, refused]).toEqual([[...early.map(() => 200), 503, 503], 2]);
  expect(answer).toMatch(/retry-after: 1/i);
  expect(answer).toContain('application/problem+json');
});

it('always answers those who watch over it', async () => {
  const { statuses: found } = await statuses([...early, '/late', '/health/live', '/metrics', '/later']);
  expect(found.slice(early.length)).toEqual([503, 200, 200, 503]);
});

it('a refusal leaves its connection good for the next request, though nobody has read what was sent', async () => {
  const { statuses: found } = await statuses(
    [...early, '/late', '/health/live'],
    'GET / HTTP/1.1\r\n\r\n'.repeat(5000),
  );
  expect(found.at(-1)).toBe(200);
  expect(found).toHaveLength(early.length + 2);
});
