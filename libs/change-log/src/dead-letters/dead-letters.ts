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
    await this.transport.send(this.topics.deadLetters, PARTITION, [{ key: id, value: JSON.stringify(note) }]);
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
      this.states.set(record.id, record.kind === 'letter' ? (this.states.get(record.id) ?? true) : false);
      this.counted = next;
    });
    return { total: this.states.size, open: [...this.states.values()].filter(Boolean).length };
  }

  private async read(
    from: bigint,
    take: (record: ReturnType<typeof deadLetterRecordSchema.parse>, next: bigint) => void,
  ): Promise<void> {
    const [range] = await this.transport.offsets(this.topics.deadLetters);
    if (!range || range.end <= from) return;
    const start = from > range.earliest ? from : range.earliest;
    await this.transport.readToEnd(
      this.topics.deadLetters,
      PARTITION,
      batch => {
        for (const { value, offset } of batch.messages) {
          const record = value && deadLetterRecordSchema.safeParse(parseJson(value.toString()));
          if (record?.success) take(record.data, offset + 1n);
        }
        return Promise.resolve();
      },
      start,
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
