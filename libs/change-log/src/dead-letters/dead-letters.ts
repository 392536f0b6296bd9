import type { z } from 'zod';
import type { Topics } from '../topics.js';
import type { LogTransport } from '../transport/log-transport.js';
import { type DeadLetter, decodeDeadLetter, deadLetterRecordSchema, encodeDeadLetter } from './dead-letter.js';

/** Header of a message that was sent again from the dead letters; its value is the letter's id. */
export const REPLAYED_HEADER = 'x-replayed';

const PARTITION = 0;

/** How many letters there are, and how many of them were not replayed yet. */
export interface DeadLetterCount {
  total: number;
  open: number;
}

/** The topic of what could not be processed. */
export class DeadLetters {
  private readonly states = new Map<string, boolean>();
  private counted = 0n;
  private counting: Promise<DeadLetterCount> | undefined;

  constructor(
    private readonly transport: LogTransport,
    private readonly topics: Topics,
  ) {}

  /** Writes letters; they are safe once this resolves. Writing one again changes nothing. */
  async write(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    await this.transport.send(
      this.topics.deadLetters,
      PARTITION,
      letters.map(letter => ({ key: letter.id, value: encodeDeadLetter(letter) })),
    );
  }

  /** All letters, the oldest first. */
  async list(): Promise<DeadLetter[]> {
    const letters = new Map<string, DeadLetter>();
    await this.read(0n, record => {
      if (record.kind === 'letter') letters.set(record.id, letters.get(record.id) ?? decodeDeadLetter(record));
      else if (record.kind === 'forgotten') letters.delete(record.id);
      else {
        const letter = letters.get(record.id);
        if (letter) letter.replayedAt = new Date(record.at);
      }
    });
    return [...letters.values()];
  }

  /**
   * Sends a letter's message to its topic and partition again, with the header {@link REPLAYED_HEADER}. It is then processed as any other,
   * except that its place in the order is not asked for: it counts unless the same event is stored already.
   */
  async replay(letter: DeadLetter): Promise<void> {
    const { id, topic, partition, key, value, headers } = letter;
    await this.transport.send(topic, partition, [{ key, value, headers: { ...headers, [REPLAYED_HEADER]: id } }]);
    const note = { kind: 'replayed', id, at: new Date().toISOString() };
    await this.transport.send(this.topics.deadLetters, PARTITION, [{ key: noteKey(id), value: JSON.stringify(note) }]);
  }

  /** Takes letters out of the topic: they are listed no more, and gone from the log once it is compacted. */
  async forget(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const tombstones = ids.flatMap(id => [id, noteKey(id)].map(key => ({ key, value: null })));
    await this.transport.send(this.topics.deadLetters, PARTITION, tombstones);
  }

  /** Counts the letters; each call reads only what came since the last. */
  count(): Promise<DeadLetterCount> {
    this.counting ??= this.countNew().finally(() => {
      this.counting = undefined;
    });
    return this.counting;
  }

  private async countNew(): Promise<DeadLetterCount> {
    await this.read(this.counted, (record, next) => {
      if (record.kind === 'forgotten') this.states.delete(record.id);
      else this.states.set(record.id, record.kind === 'letter' ? (this.states.get(record.id) ?? true) : false);
      this.counted = next;
    });
    return { total: this.states.size, open: [...this.states.values()].filter(Boolean).length };
  }

  private async read(from: bigint, take: (record: TopicRecord, next: bigint) => void): Promise<void> {
    const [range] = await this.transport.offsets(this.topics.deadLetters);
    if (!range || range.end <= from) return;
    const start = from > range.earliest ? from : range.earliest;
    await this.transport.readToEnd(
      this.topics.deadLetters,
      PARTITION,
      batch => {
        for (const { key, value, offset } of batch.messages) {
          const record = recordOf(key, value);
          if (record) take(record, offset + 1n);
        }
        return Promise.resolve();
      },
      start,
    );
  }
}

/** A record of the topic: a letter, the note of its replay, or a tombstone. */
type TopicRecord = z.infer<typeof deadLetterRecordSchema> | { kind: 'forgotten'; id: string };

function recordOf(key: Buffer | null, value: Buffer | null): TopicRecord | undefined {
  if (value === null) return key === null ? undefined : { kind: 'forgotten', id: key.toString() };
  const record = deadLetterRecordSchema.safeParse(parseJson(value.toString()));
  return record.success ? record.data : undefined;
}

/** Apart from the letter's own key, so that compaction keeps both. */
function noteKey(id: string): string {
  return `${id}/replayed`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
