import fc from 'fast-check';
import { expect, test } from 'vitest';
import { REPLAYED_HEADER } from '../dead-letters/dead-letters.js';
import { decodeRecordBatches } from '../record-format/record-batch-decoder.js';
import { encodeRecordBatch } from '../record-format/record-batch-encoder.js';
import type { OutgoingMessage, ReceivedMessage } from '../transport/log-transport.js';
import { SequenceFilter } from './sequence-filter.js';

const change = (seq: string, id = `event of ${seq}`, more: Record<string, string> = {}): OutgoingMessage => ({
  key: 'o1',
  value: '{}',
  headers: { ce_id: id, ce_source: '/laurel', 'x-epoch': '1', 'x-seq': seq, ...more },
});
/** The length -1 as a zigzag varint. */
const NULL = 1;
const tombstone: OutgoingMessage = { key: 'o1', value: null };
const received = (messages: readonly OutgoingMessage[]): ReceivedMessage[] =>
  decodeRecordBatches(encodeRecordBatch(messages, 0), 0n).messages;

/** What one by one would be accepted. */
function accepted(messages: readonly ReceivedMessage[], filter: SequenceFilter): ReceivedMessage[] {
  return messages.filter(
    message => message.value !== null && filter.accept(message.header('x-seq') ?? '', message.header('ce_id') ?? ''),
  );
}

test('rising messages are taken at once, tombstones left out', () => {
  const filter = new SequenceFilter('01/5', ['x']);
  const messages = received([change('01/6'), tombstone, change('01/61'), change('02/0')]);
  expect(filter.acceptRising(messages)?.map(({ offset }) => offset)).toEqual([0n, 2n, 3n]);
  expect(filter.highSeq).toBe('02/0');
  expect(filter.accept('02/0', 'event of 02/0')).toBe(false);
  expect(filter.accept('02/0', 'another')).toBe(true);
});

test.each([
  ['below the highest', [change('01/4')]],
  ['the highest again', [change('01/5')]],
  ['the same as the one before', [change('01/6'), change('01/6')]],
  ['a beginning of the one before', [change('01/61'), change('01/6')]],
  ['replayed', [change('01/6', 'e', { [REPLAYED_HEADER]: 'letter' })]],
  ['without an event', [{ ...change('01/6'), headers: { 'x-seq': '01/6' } }]],
  ['without a sequence', [{ ...change('01/6'), headers: { ce_id: 'e' } }]],
])('one by one where a message is %s', (_, messages) => {
  const filter = new SequenceFilter('01/5', ['x']);
  expect(filter.acceptRising(received(messages))).toBeUndefined();
  expect(filter.highSeq).toBe('01/5');
});

test.each(['ce_id', 'x-seq'])('one by one where a message has a null for %s', name => {
  const messages = received([
    change('01/6'),
    { ...change('01/7'), headers: { ce_id: 'e', 'x-seq': '01/7', [name]: '' } },
  ]);
  const bytes = messages[0]?.record.bytes ?? Buffer.alloc(0);
  bytes[bytes.lastIndexOf(name) + name.length] = NULL;
  expect(messages[1]?.header(name)).toBeUndefined();
  const filter = new SequenceFilter('01/5', ['x']);
  expect(filter.acceptRising(messages)).toBeUndefined();
  expect(filter.highSeq).toBe('01/5');
});

test('what is taken at once is what one by one is accepted', () => {
  const messages = fc.array(
    fc.oneof(
      fc.constant(tombstone),
      fc.tuple(fc.stringMatching(/^[0-2]{1,2}$/), fc.constantFrom('a', 'b')).map(([seq, id]) => change(seq, id)),
    ),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(fc.option(fc.stringMatching(/^[0-2]$/)), fc.array(messages), (high, batches) => {
      const [atOnce, oneByOne] = [new SequenceFilter(high, ['a']), new SequenceFilter(high, ['a'])];
      for (const batch of batches.map(received)) {
        const taken = atOnce.acceptRising(batch) ?? accepted(batch, atOnce);
        expect(taken.map(({ offset }) => offset)).toEqual(accepted(batch, oneByOne).map(({ offset }) => offset));
        expect(atOnce.highSeq).toBe(oneByOne.highSeq);
      }
    }),
  );
});
