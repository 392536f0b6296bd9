import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { decodeChange } from '@laurel/change-log';
import { freePort } from '@laurel/service';
import { startSource, TestHome } from '@laurel/test-home';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { newRequestId } from './answers/request-id.js';

const RECORD = 'mutation ($events: [FeedbackEvent!]!) { recordFeedback(events: $events) { accepted } }';
const SCRIPT = join(import.meta.dirname, 'testing', 'run-recommender.ts');
const REQUEST = newRequestId({ name: 'trending', version: '0', trainedAt: '' }, undefined);
const AT_ONCE = 8;
const BEFORE_KILL = 300;
const answerSchema = z.object({ data: z.object({ recordFeedback: z.object({ accepted: z.literal(1) }) }) });

let home: TestHome;
let child: ReturnType<typeof startSource>;

beforeAll(async () => {
  home = await TestHome.open(
    { mongodbUri: inject('mongodbUri'), kafkaBrokers: inject('kafkaBrokers') },
    { RECOMMENDER_PORT: String(await freePort()) },
  );
});

afterAll(async () => {
  await kill();
  await home.leave();
});

test('kill -9 loses no feedback that was answered, and what was not is told again under its id', async () => {
  const answered = new Set<string>();
  const unanswered = new Set<string>();
  let told = 0;
  const first = await start();
  const telling = async () => {
    for (;;) {
      const id = `f${told++}`;
      try {
        await tell(first, id);
      } catch {
        unanswered.add(id);
        return;
      }
      answered.add(id);
      if (answered.size === BEFORE_KILL) await kill();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, telling));
  expect(unanswered.size).toBeGreaterThan(0);
  const kept = await logged();
  expect([...answered].filter(id => !kept.has(id))).toEqual([]);

  const second = await start();
  await Promise.all(Array.from(unanswered, id => tell(second, id)));
  expect(await logged()).toEqual(new Set([...answered, ...unanswered]));
});

async function start(): Promise<string> {
  child = startSource(SCRIPT, home.environment);
  for await (const line of createInterface(child.stdout)) if (line.startsWith('http')) return line;
  throw new Error('the recommender ended before it ran');
}

async function kill(): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function tell(url: string, id: string): Promise<void> {
  const event = {
    id,
    kind: 'CLICK',
    requestId: REQUEST,
    userId: 'ann',
    productId: 'b',
    position: 1,
    placement: 'home',
  };
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${home.key('storefront')}` },
    body: JSON.stringify({ query: RECORD, variables: { events: [event] } }),
  });
  answerSchema.parse(await answer.json());
}

/** The ids of the feedback that is in the log: what is there twice has one, and counts once wherever it is read. */
async function logged(): Promise<Set<string>> {
  const topic = home.topics.changes('feedback');
  const ids = new Set<string>();
  for (const { partition } of await home.transport.offsets(topic)) {
    await home.transport.readToEnd(topic, partition, ({ messages }) => {
      for (const message of messages) ids.add(decodeChange(home.topics, topic, message)?.id ?? '');
      return Promise.resolve();
    });
  }
  return ids;
}
