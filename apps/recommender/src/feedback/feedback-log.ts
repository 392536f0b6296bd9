import { ChangeEncoder, type LogTransport, type OutgoingMessage, partitionOf, Topics } from '@laurel/change-log';
import type { Settings } from '@laurel/service';
import type { Feedback } from '@laurel/shop';
import { BSON } from 'mongodb';
import { FeedbackNotStoredError } from './feedback-not-stored-error.js';

const ANSWER_WITHIN_MS = 5000;
const MOST_WAITING = 20_000;

/** What a {@link FeedbackLog} works with. */
export interface FeedbackLogOptions {
  transport: LogTransport;
  settings: Pick<Settings, 'topicPrefix' | 'shopDatabase' | 'laurelDatabase'>;
  /** How long at most a caller waits for the brokers. */
  answerWithinMs?: number;
}

/**
 * Writes feedback to the log, as changes of a collection of Laurel's own. Any number of replicas write to the topic; the place in it gives the
 * order, and the id of each piece of feedback tells what was written twice.
 */
export class FeedbackLog {
  private readonly topic: string;
  private readonly encoder: ChangeEncoder;
  private readonly lanes = new Map<number, Lane>();
  private waiting = 0;

  constructor(private readonly options: FeedbackLogOptions) {
    const { topicPrefix, shopDatabase } = options.settings;
    this.topic = new Topics(topicPrefix, shopDatabase).changes('feedback');
    this.encoder = new ChangeEncoder(topicPrefix);
  }

  /**
   * Resolves when all in-sync brokers have every document.
   *
   * @throws FeedbackNotStoredError when they do not say so in time, or too much waits already; some of it may then be in the log.
   */
  async write(documents: readonly Feedback[]): Promise<void> {
    if (this.waiting + documents.length > MOST_WAITING) throw new FeedbackNotStoredError('too much is waiting already');
    this.waiting += documents.length;
    const written = this.send(documents).finally(() => (this.waiting -= documents.length));
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new FeedbackNotStoredError('the log does not answer')),
      this.options.answerWithinMs ?? ANSWER_WITHIN_MS,
    );
    try {
      await Promise.race([written, late]);
    } catch (error) {
      written.catch(() => undefined);
      throw error instanceof FeedbackNotStoredError
        ? error
        : new FeedbackNotStoredError('the log did not take it', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  private async send(documents: readonly Feedback[]): Promise<void> {
    const nowMs = Date.now();
    const partitions = await this.options.transport.partitionCount(this.topic);
    const messages = documents.flatMap(document => this.encoder.encode(this.changeOf(document, nowMs), nowMs));
    const byPartition = Map.groupBy(messages, ({ key }) => partitionOf(key ?? '', partitions));
    await Promise.all(Array.from(byPartition, ([partition, own]) => this.lane(partition).send(own)));
  }

  private changeOf(document: Feedback, nowMs: number) {
    return {
      database: this.options.settings.laurelDatabase,
      collection: 'feedback',
      op: 'c',
      id: JSON.stringify(document._id),
      eventId: document._id,
      seq: undefined,
      epoch: 1,
      before: null,
      after: BSON.EJSON.stringify(document, { relaxed: false }),
      snapshot: false,
      clusterTimeMs: nowMs,
      ord: 0,
    } as const;
  }

  private lane(partition: number): Lane {
    const known = this.lanes.get(partition);
    if (known) return known;
    const lane = new Lane(messages => this.options.transport.send(this.topic, partition, messages));
    this.lanes.set(partition, lane);
    return lane;
  }
}

/** One partition: while a request is under way, what comes meanwhile is gathered for the next one. */
class Lane {
  private tail: Promise<void> = Promise.resolve();
  private gathering: { messages: OutgoingMessage[]; sent: Promise<void> } | undefined;

  constructor(private readonly write: (messages: readonly OutgoingMessage[]) => Promise<void>) {}

  send(messages: readonly OutgoingMessage[]): Promise<void> {
    this.gathering ??= this.gather();
    this.gathering.messages.push(...messages);
    return this.gathering.sent;
  }

  private gather() {
    const messages: OutgoingMessage[] = [];
    const sent = this.tail.then(() => {
      this.gathering = undefined;
      return this.write(messages);
    });
    this.tail = sent.catch(() => undefined);
    return { messages, sent };
  }
}
