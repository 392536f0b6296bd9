import {
  bsonToExtendedJson,
  ChangeEncoder,
  type LogTransport,
  laurelTopics,
  type OutgoingMessage,
  partitionOf,
  PARTITIONS,
  Sequence,
  type Topics,
} from '@laurel/change-log';
import { BSON } from 'mongodb';
import { shopEvents } from '../measuring/shop-events.js';

const PER_SEND = 2000;

/** Writes changes of `events` as capture writes them: each inserts a document of its own. */
export async function fillTopic(
  transport: LogTransport,
  topics: Topics,
  database: string,
  changes: number,
): Promise<void> {
  await transport.ensureTopics(laurelTopics(topics));
  const topic = topics.changes('events');
  const encoder = new ChangeEncoder('laurel');
  const nowMs = Date.now();
  let partitions = emptyPartitions();
  const send = async () => {
    await Promise.all(partitions.map((messages, partition) => transport.send(topic, partition, messages)));
    partitions = emptyPartitions();
  };
  let number = 0;
  for (const document of shopEvents(changes, 1)) {
    const id = `{"$oid":"${document._id.toHexString()}"}`;
    const token = `82${number.toString(16).toUpperCase().padStart(48, '0')}`;
    const seq = Sequence.ofStream(1, token);
    const messages = encoder.encode(
      {
        database,
        collection: 'events',
        op: 'c',
        id,
        eventId: seq,
        seq,
        epoch: 1,
        before: null,
        after: bsonToExtendedJson(BSON.serialize(document)),
        snapshot: false,
        clusterTimeMs: nowMs,
        ord: 1,
        wallTimeMs: nowMs,
      },
      nowMs,
    );
    partitions[partitionOf(ChangeEncoder.keyOf(id), PARTITIONS)]?.push(...messages);
    if (++number % PER_SEND === 0) await send();
  }
  await send();
}

function emptyPartitions(): OutgoingMessage[][] {
  return Array.from({ length: PARTITIONS }, () => []);
}
