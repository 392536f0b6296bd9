import { createAPI, ProtocolError, type Reader, Writer } from '@platformatic/kafka';

const FETCH = 1;
/** Taken by every Kafka since 2.7. */
const VERSION = 12;
const CONSUMER = -1;
const NONE = -1;
const NO_SESSION = 0;
const FINAL_EPOCH = -1;
const READ_UNCOMMITTED = 0;
const MIN_BYTES = 1;

/** Where to read on in a partition. */
export interface FetchFrom {
  topic: string;
  partition: number;
  offset: bigint;
}

/** How much one answer may hold. The first record batch comes whole even when it is larger. */
export interface FetchLimits {
  maxWaitMs: number;
  maxBytes: number;
  maxBytesPerPartition: number;
}

/** The answer for one partition. */
export interface FetchedPartition {
  topic: string;
  partition: number;
  /** Kafka's error code, 0 when there is none. */
  errorCode: number;
  endOffset: bigint;
  /** Record batches as they are stored. */
  records: Buffer;
}

/** What a leader answered, and the memory that it came in. */
export interface FetchAnswer {
  partitions: FetchedPartition[];
  received: readonly ArrayBufferLike[];
}

/**
 * Asks a leader for what is stored after some offsets; it answers at once when there is any, else after `maxWaitMs`.
 *
 * @see https://kafka.apache.org/protocol#The_Messages_Fetch
 */
export const fetchRecords = createAPI<[from: readonly FetchFrom[], limits: FetchLimits], FetchAnswer>(
  FETCH,
  VERSION,
  createRequest,
  parseAnswer,
);

function createRequest(from: readonly FetchFrom[], { maxWaitMs, maxBytes, maxBytesPerPartition }: FetchLimits): Writer {
  return Writer.create()
    .appendInt32(CONSUMER)
    .appendInt32(maxWaitMs)
    .appendInt32(MIN_BYTES)
    .appendInt32(maxBytes)
    .appendInt8(READ_UNCOMMITTED)
    .appendInt32(NO_SESSION)
    .appendInt32(FINAL_EPOCH)
    .appendArray([...Map.groupBy(from, ({ topic }) => topic)], (ofTopic, [topic, partitions]) => {
      ofTopic.appendString(topic).appendArray(partitions, (ofPartition, { partition, offset }) => {
        ofPartition
          .appendInt32(partition)
          .appendInt32(NONE)
          .appendInt64(offset)
          .appendInt32(NONE)
          .appendInt64(BigInt(NONE))
          .appendInt32(maxBytesPerPartition);
      });
    })
    .appendArray([], () => undefined)
    .appendString('')
    .appendTaggedFields();
}

function parseAnswer(_correlationId: number, _apiKey: number, _apiVersion: number, reader: Reader): FetchAnswer {
  reader.skip(4);
  const errorOfAll = reader.readInt16();
  if (errorOfAll !== 0) throw new ProtocolError(errorOfAll);
  reader.skip(4);
  const received = reader.buffer.buffers.map(({ buffer }) => buffer);
  const partitions = reader
    .readArray(ofTopic => {
      const topic = ofTopic.readString();
      return ofTopic.readArray(ofPartition => {
        const partition = ofPartition.readInt32();
        const errorCode = ofPartition.readInt16();
        const endOffset = ofPartition.readInt64();
        ofPartition.skip(16);
        ofPartition.readNullableArray(aborted => aborted.skip(16));
        ofPartition.skip(4);
        const records = ofPartition.readBytes();
        return { topic, partition, errorCode, endOffset, records };
      });
    })
    .flat();
  return { partitions, received };
}
