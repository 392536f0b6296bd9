import { BSON } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { Topics } from '../topics.js';
import type { LogMessage, OutgoingMessage } from '../transport/log-transport.js';
import type { ChangeEvent } from './change-event.js';
import { bsonToExtendedJson } from './bson-to-extended-json.js';
import { decodeChange, MalformedChangeError } from './decode-change.js';
import { ChangeEncoder } from './encode-change.js';

const topics = new Topics('laurel', 'shop');
const encoder = new ChangeEncoder('laurel');
const order = {
  _id: 'o1',
  customerId: 'c1',
  placedAt: new Date('2026-03-01T10:00:00.250Z'),
  status: 'paid',
  currency: 'GBP',
  items: [{ productId: 'p1', name: 'A "quoted" näme', quantity: 2, price: 2.5 }],
};
const event: ChangeEvent = {
  database: 'shop',
  collection: 'orders',
  op: 'u',
  id: '"o1"',
  eventId: 'e1',
  seq: 's1',
  epoch: 3,
  before: null,
  after: bsonToExtendedJson(BSON.serialize(order)),
  updateDescription: { removedFields: ['note'], updatedFields: '{"status": "paid"}', truncatedArrays: [] },
  snapshot: false,
  clusterTimeMs: 1_772_359_200_000,
  ord: 2,
  wallTimeMs: 1_772_359_200_123,
};
const received = ({ key, value, headers = {} }: OutgoingMessage): LogMessage => ({
  offset: 7n,
  key: key === null ? null : Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  headers,
  timestampMs: 0,
});

describe('envelope', () => {
  it("has the fields of Debezium's MongoDB connector", () => {
    const [message] = encoder.encode(event, 5);
    expect(String(message?.key)).toBe('{"id":"\\"o1\\""}');
    expect(JSON.parse(String(message?.value))).toEqual({
      before: null,
      after: event.after,
      updateDescription: event.updateDescription,
      source: {
        version: '0.1.0',
        connector: 'mongodb',
        name: 'laurel',
        ts_ms: 1_772_359_200_000,
        snapshot: 'false',
        db: 'shop',
        sequence: null,
        collection: 'orders',
        ord: 2,
        lsid: null,
        txnNumber: null,
        wallTime: 1_772_359_200_123,
      },
      op: 'u',
      ts_ms: 5,
      transaction: null,
    });
    expect(message?.headers).toEqual({
      ce_specversion: '1.0',
      ce_id: 'e1',
      ce_source: '/laurel/shop/orders',
      ce_type: 'laurel.change.u',
      ce_time: '2026-03-01T10:00:00.123Z',
      'x-seq': 's1',
      'x-epoch': '3',
    });
  });

  it('is read back as the change it was', () => {
    const [message] = encoder.encode(event, 5);
    expect(message && decodeChange(topics, 'laurel.shop.orders', received(message))).toEqual({
      collection: 'orders',
      op: 'u',
      id: 'o1',
      eventId: 'e1',
      seq: 's1',
      at: new Date(1_772_359_200_123),
      document: order,
    });
  });

  it('follows a delete by a tombstone, which is no change', () => {
    const messages = encoder.encode({ ...event, op: 'd', after: null, before: event.after }, 5);
    expect(messages.map(({ value }) => value === null)).toEqual([false, true]);
    const changes = messages.map(message => decodeChange(topics, 'laurel.shop.orders', received(message)));
    expect(changes).toEqual([expect.objectContaining({ op: 'd', id: 'o1', document: null }), undefined]);
  });

  it('marks a document that is not the post-image', () => {
    const [message] = encoder.encode({ ...event, image: 'looked-up' }, 5);
    expect(JSON.parse(String(message?.value))).toMatchObject({ source: { image: 'looked-up' } });
  });

  it('of feedback, which many write, has its place in the partition for a sequence', () => {
    const told = {
      _id: 'f1',
      event_name: 'select_item',
      event_timestamp: 1_772_359_200_000_000,
      user_pseudo_id: 'c1',
      request_id: 'r1',
      model_name: 'trending',
      model_version: '0',
      item_id: 'p1',
      item_list_name: 'home',
      index: 1,
    };
    const after = BSON.EJSON.stringify(told, { relaxed: false });
    const [message] = encoder.encode({ ...event, collection: 'feedback', id: '"f1"', seq: undefined, after }, 5);
    expect(message?.headers).not.toHaveProperty('x-seq');
    const read = (offset: bigint) =>
      message && decodeChange(topics, 'laurel.feedback', { ...received(message), offset });
    expect(read(7n)).toMatchObject({ collection: 'feedback', id: 'f1', eventId: 'e1', document: told });
    const sequences = [9n, 10n, 2n ** 40n].map(offset => read(offset)?.seq ?? '');
    expect(sequences.toSorted()).toEqual(sequences);
  });

  it('is not read from topics that carry no changes', () => {
    expect(decodeChange(topics, 'laurel.features', received({ key: 'c1', value: 'anything' }))).toBeUndefined();
  });

  it.each([
    ['no JSON', { value: 'x' }, 'not valid JSON'],
    ['no envelope', { value: '{"a":1}' }, 'op: '],
    ['another key', { key: 'o1' }, 'JSON'],
    [
      'a document of another shape',
      { value: JSON.stringify({ op: 'c', after: '{"_id":"o1"}', source: { ts_ms: 1 } }) },
      'customerId: ',
    ],
    [
      'an unreadable document',
      { value: JSON.stringify({ op: 'c', after: '[1]', source: { ts_ms: 1 } }) },
      'a document',
    ],
    ['no headers', { headers: {} }, 'x-seq and ce_id'],
  ])('names what is wrong with %s', (_name, change, reason) => {
    const [message] = encoder.encode(event, 5);
    const malformed = received({ ...message, ...change });
    expect(() => decodeChange(topics, 'laurel.shop.orders', malformed)).toThrow(MalformedChangeError);
    expect(() => decodeChange(topics, 'laurel.shop.orders', malformed)).toThrow(reason);
  });
});
