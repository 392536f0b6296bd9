/** A message to be written. A null value is a tombstone. */
export interface OutgoingMessage {
  key: Buffer | string | null;
  value: Buffer | string | null;
  headers?: Readonly<Record<string, string>>;
}

/** A message as it was read. */
export interface LogMessage {
  offset: bigint;
  key: Buffer | null;
  value: Buffer | null;
  headers: Readonly<Record<string, string>>;
  timestampMs: number;
}

/** A message from its key on, as Kafka's record format 2 has it: key, value, headers, each with its length before it. */
export interface LogRecord {
  bytes: Buffer;
  from: number;
  to: number;
}

/** A message as a transport gives it. */
export interface ReceivedMessage extends LogMessage {
  record: LogRecord;
  /** One of the headers, without the cost of reading all. */
  header(name: string): string | undefined;
}

/** Consecutive messages of one partition. `endOffset` is the partition's end as the broker told it: lag = endOffset − last offset − 1. */
export interface LogBatch {
  topic: string;
  partition: number;
  messages: readonly ReceivedMessage[];
  endOffset: bigint;
}

export interface TopicSpec {
  topic: string;
  partitions: number;
  /** Keep only the last message of each key, for ever; otherwise the brokers' own retention holds. */
  compacted?: boolean;
}

/** See {@link ConsumeOptions.batchBytes}. */
export const BATCH_BYTES = 2 * 1024 * 1024;
/** See {@link ConsumeOptions.heldBytes}. */
export const HELD_BYTES = 16 * 1024 * 1024;
/** An answer holds no more than this, whatever is asked for. */
export const ANSWER_BYTES = 8 * 1024 * 1024;

export interface ConsumeOptions {
  group: string;
  topics: readonly string[];
  /** How many bytes of messages a batch may have; a message larger than that comes alone. {@link BATCH_BYTES} unless said otherwise. */
  batchBytes?: number;
  /** No more is asked for while so many bytes wait or are processed, and half as much at a time; {@link HELD_BYTES} unless said otherwise. */
  heldBytes?: number;
  /**
   * Where to begin in a partition just assigned: the next offset to read, or undefined for the beginning. The consumer's own position
   * (beside its data) is the truth; the group's offsets are only a hint for monitoring.
   */
  positionOf(topic: string, partition: number): Promise<bigint | undefined>;
  /**
   * Called for one batch of a partition at a time; when it resolves the batch is done, when it rejects the batch comes again after a pause. Its
   * messages can be read until then: their memory is used for others.
   */
  onBatch(batch: LogBatch): Promise<void>;
  /** The consumer cannot go on: the position it asked for is no longer in the log, so messages were lost upstream. */
  onHalt(error: LogPositionLostError): void;
}

/** A running consumer. */
export interface Consumption {
  /** Stops fetching, waits for the batch under way, leaves the group. */
  stop(): Promise<void>;
}

/** The log no longer holds (or does not yet hold) the offset a consumer must continue from. */
export class LogPositionLostError extends Error {
  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly expected: bigint,
    readonly earliest: bigint,
    readonly end: bigint,
  ) {
    super(
      `${topic}[${partition}]: offset ${expected} is needed next, but the log holds ${earliest} to ${end}. ` +
        'Messages were deleted before they were read: raise the retention, then capture the collection anew.',
    );
    this.name = 'LogPositionLostError';
  }
}

/** The change log's transport: Kafka, by one of its clients. Each adapter passes the same conformance suite. */
export interface LogTransport {
  /** Creates what is missing; throws when a topic exists with another number of partitions. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** How many partitions a topic has. */
  partitionCount(topic: string): Promise<number>;
  /**
   * Writes messages to one partition, in order, acknowledged by all in-sync replicas. One partition by construction: a send over several
   * can lose those whose leader moved. Rejects when unsure; what was sent may then be in the log or not.
   */
  send(topic: string, partition: number, messages: readonly OutgoingMessage[]): Promise<void>;
  consume(options: ConsumeOptions): Promise<Consumption>;
  /** Reads a partition from its beginning (or `from`) to its present end, outside any group. */
  readToEnd(
    topic: string,
    partition: number,
    onBatch: (batch: LogBatch) => Promise<void>,
    from?: bigint,
  ): Promise<void>;
  /** First and next offset of each partition. */
  offsets(topic: string): Promise<{ partition: number; earliest: bigint; end: bigint }[]>;
  close(): Promise<void>;
}
