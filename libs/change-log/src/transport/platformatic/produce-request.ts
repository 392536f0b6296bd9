import { createAPI, type Reader, Writer } from '@platformatic/kafka';

const PRODUCE = 0;
/** Taken by every Kafka since 2.4. */
const VERSION = 9;
const ALL_IN_SYNC_REPLICAS = -1;

/**
 * Asks a leader to append one record batch to one partition, acknowledged by all in-sync replicas. Answers with Kafka's error code: 0 when written.
 *
 * @see https://kafka.apache.org/protocol#The_Messages_Produce
 */
export const produce = createAPI<[topic: string, partition: number, batch: Buffer, timeoutMs: number], number>(
  PRODUCE,
  VERSION,
  createRequest,
  parseAnswer,
);

function createRequest(topic: string, partition: number, batch: Buffer, timeoutMs: number): Writer {
  return Writer.create()
    .appendString(null)
    .appendInt16(ALL_IN_SYNC_REPLICAS)
    .appendInt32(timeoutMs)
    .appendArray([topic], (ofTopic, name) => {
      ofTopic.appendString(name).appendArray([partition], (ofPartition, index) => {
        ofPartition
          .appendInt32(index)
          .appendUnsignedVarInt(batch.length + 1)
          .append(batch);
      });
    })
    .appendTaggedFields();
}

function parseAnswer(_correlationId: number, _apiKey: number, _apiVersion: number, reader: Reader): number {
  const [errorCode = 0] = reader
    .readArray(ofTopic => {
      ofTopic.readString();
      return ofTopic.readArray(ofPartition => {
        ofPartition.readInt32();
        const code = ofPartition.readInt16();
        ofPartition.skip(24);
        ofPartition.readArray(ofRecord => {
          ofRecord.readInt32();
          ofRecord.readNullableString();
        });
        ofPartition.readNullableString();
        return code;
      });
    })
    .flat();
  return errorCode;
}
