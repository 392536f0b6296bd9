import { REPLAYED_HEADER } from '../dead-letters/dead-letters.js';
import { VarintReader } from '../record-format/varint.js';
import type { LogRecord, ReceivedMessage } from '../transport/log-transport.js';

/**
 * The messages of one partition that have a value, where their bytes alone tell that all of them are new: each names its event and a sequence above
 * the one before it, the first above `high`, and none was replayed. Undefined where one does not. Makes no text of any, which for thousands of
 * messages costs as much as reading them.
 */
export function risingMessages(
  messages: readonly ReceivedMessage[],
  high: string | null,
): ReceivedMessage[] | undefined {
  const rising: ReceivedMessage[] = [];
  const bytes = Buffer.from(high ?? '');
  const before: LogRecord = { bytes, from: 0, to: bytes.length };
  const found = { hasValue: false, from: 0, to: 0 };
  for (const message of messages) {
    const { record } = message;
    if (!findSequence(record, found)) return undefined;
    if (!found.hasValue) continue;
    if (record.bytes.compare(before.bytes, before.from, before.to, found.from, found.to) <= 0) return undefined;
    before.bytes = record.bytes;
    before.from = found.from;
    before.to = found.to;
    rising.push(message);
  }
  return rising;
}

/** Whether a message is a tombstone, or names its event and a sequence, which `found` then has the place of, and was not replayed. */
function findSequence({ bytes, from }: LogRecord, found: { hasValue: boolean; from: number; to: number }): boolean {
  const reader = new VarintReader(bytes, from);
  reader.skip();
  const length = reader.int();
  found.hasValue = length >= 0;
  if (length < 0) return true;
  reader.at += length;
  let hasEvent = false;
  let hasSequence = false;
  for (let left = reader.int(); left > 0; left--) {
    if (reader.isNext(REPLAYED_HEADER)) return false;
    const isSequence = reader.isNext('x-seq');
    const isEvent = reader.isNext('ce_id');
    reader.skip();
    const valueLength = reader.int();
    if (valueLength < 0) continue;
    hasEvent ||= isEvent;
    if (isSequence) {
      hasSequence = true;
      found.from = reader.at;
      found.to = reader.at + valueLength;
    }
    reader.at += valueLength;
  }
  return hasEvent && hasSequence;
}
