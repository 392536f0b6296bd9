import { type LogMessage, decodeChange } from '@laurel/change-log';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { FeedbackLog } from './feedback/feedback-log.js';
import { FeedbackNotStoredError } from './feedback/feedback-not-stored-error.js';
import { feedbackDocument } from './feedback/told-feedback.js';
import { RecommenderUnderTest } from './testing/recommender-under-test.js';

const RECORD = 'mutation ($events: [FeedbackEvent!]!) { recordFeedback(events: $events) { accepted } }';

let shop: RecommenderUnderTest;

beforeAll(async () => {
  shop = await RecommenderUnderTest.start(inject('mongodbUri'), inject('kafkaBrokers'));
});

afterAll(() => shop?.stop());

const eventOf = (requestId: string, more: object = {}) => ({
  kind: 'IMPRESSION',
  requestId,
  productId: 'b',
  position: 1,
  placement: 'home',
  ...more,
});
const record = (...events: object[]) => shop.graphql(RECORD, { events });
const answered = async () => (await shop.list('recommendations(userId: "nobody")')).requestId;

/** What the log holds of an answer's feedback. */
async function logged(requestId: string) {
  const { transport } = shop.resources;
  const topic = shop.topics.changes('feedback');
  const messages: LogMessage[] = [];
  for (const { partition } of await transport.offsets(topic))
    await transport.readToEnd(topic, partition, async batch => void messages.push(...batch.messages));
  const changes = messages.map(message => decodeChange(shop.topics, topic, message));
  return changes.filter(change => change?.collection === 'feedback' && change.document?.request_id === requestId);
}

describe('feedback', () => {
  test('is in the log when it is answered, with what made the answer it is about', async () => {
    const requestId = await answered();
    const told = await record(eventOf(requestId, { userId: 'cy', at: '2999-01-01T00:00:00Z' }), eventOf(requestId));
    expect(told.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'events[0].at' });
    expect(await logged(requestId)).toEqual([]);

    const at = new Date(Date.now() - 60_000);
    const { data, errors } = await record(
      eventOf(requestId, { userId: 'cy', at: at.toISOString() }),
      eventOf(requestId, { kind: 'PURCHASE', position: 2, orderId: 'o9', id: 'mine' }),
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ recordFeedback: { accepted: 2 } });
    const changes = await logged(requestId);
    expect(changes).toHaveLength(2);
    const [impression, purchase] = ['view_item_list', 'purchase'].map(name =>
      changes.find(change => change?.collection === 'feedback' && change.document?.event_name === name),
    );
    expect(impression).toMatchObject({
      op: 'c',
      id: `${requestId}/IMPRESSION/b`,
      eventId: `${requestId}/IMPRESSION/b`,
      document: {
        event_timestamp: at.getTime() * 1000,
        user_pseudo_id: 'cy',
        request_id: requestId,
        model_name: 'trending',
        model_version: '0',
        item_id: 'b',
        item_list_name: 'home',
        index: 1,
      },
    });
    expect(purchase).toMatchObject({ id: 'mine', document: { transaction_id: 'o9', index: 2 } });
    expect(purchase?.document).not.toHaveProperty('user_pseudo_id');
  });

  test('of a click and a cart changes the next list, and no count of what is in demand', async () => {
    const trending = (await shop.list('trendingProducts')).items.map(({ score }) => score);
    const requestId = await answered();
    await record(eventOf(requestId, { kind: 'CLICK', userId: 'dee' }), eventOf(requestId, { kind: 'CLICK' }));
    await expect
      .poll(async () => (await shop.list('recommendations(userId: "dee")')).model.name, { timeout: 20_000 })
      .toBe('bought-together');
    await record(eventOf(requestId, { kind: 'CART', userId: 'dee' }));
    await expect.poll(() => shop.idsOf('recommendations(userId: "dee")'), { timeout: 20_000 }).not.toContain('b');
    const [first] = (await shop.list('recommendations(userId: "dee")')).items;
    expect(first?.reason.because).toEqual([{ id: 'b' }]);
    const after = (await shop.list('trendingProducts')).items.map(({ score }) => score);
    after.forEach((score, at) => expect(score).toBeCloseTo(trending[at] ?? 0, 3));
  });

  test('that many tell at once is all in the log', async () => {
    const requestId = await answered();
    const calls = Array.from({ length: 40 }, (_, call) =>
      record(...['a', 'b', 'c'].map(productId => eventOf(requestId, { productId, id: `${call}-${productId}` }))),
    );
    for (const { data } of await Promise.all(calls)) expect(data).toEqual({ recordFeedback: { accepted: 3 } });
    expect(new Set((await logged(requestId)).map(change => change?.id)).size).toBe(120);
    const metrics = await (await fetch(`${shop.running.url}/metrics`)).text();
    expect(metrics).toMatch(/laurel_recommender_feedback_events_total\{[^}]*kind="IMPRESSION"[^}]*\} \d+/);
  });

  test('that the log does not take in time is refused as not stored', async () => {
    const { settings, transport } = shop.resources;
    const log = new FeedbackLog({ transport, settings, answerWithinMs: 0 });
    const document = feedbackDocument({
      id: 'x',
      kind: 'CLICK',
      requestId: 'r',
      productId: 'b',
      position: 1,
      placement: 'home',
      at: new Date(),
      origin: { model: 'trending', version: '0', group: undefined },
      userId: undefined,
      orderId: undefined,
    });
    await expect(log.write([document])).rejects.toThrow(FeedbackNotStoredError);
    await expect(log.write(Array.from({ length: 20_001 }, () => document))).rejects.toThrow(/too much is waiting/);
  });

  test.each([
    ['none', [], 'events'],
    ['a request id of nobody', [{ requestId: 'x' }], 'events[0].requestId'],
    ['a position of 0', [{}, { position: 0 }], 'events[1].position'],
    ['a position of 101', [{ position: 101 }], 'events[0].position'],
    ['no placement', [{ placement: ' ' }], 'events[0].placement'],
    ['an empty user', [{ userId: '' }], 'events[0].userId'],
    ['an empty product', [{ productId: '' }], 'events[0].productId'],
    ['a day that is none', [{ at: 'yesterday' }], 'events[0].at'],
    ['last year', [{ at: '2020-01-01T00:00:00Z' }], 'events[0].at'],
    ['501 at once', Array.from({ length: 501 }, () => ({})), 'events'],
  ])('of %s is refused by name', async (_, events, argument) => {
    const requestId = await answered();
    const { errors } = await record(...events.map(event => eventOf(requestId, event)));
    expect(errors.map(({ extensions }) => [extensions.code, extensions.argument])).toEqual([
      ['BAD_USER_INPUT', argument],
    ]);
  });
});
