import {
  bsonToExtendedJson,
  ChangeEncoder,
  type LogTransport,
  partitionOf,
  PARTITIONS,
  Sequence,
  type Topics,
} from '@laurel/change-log';
import type { LoggedCollection } from '@laurel/shop';
import { BSON } from 'mongodb';
import { randomUUID } from 'node:crypto';

let sent = 0;

/** Writes to the log that a document was inserted just now, as capture would; gives the partition. */
export async function sendChange(
  transport: LogTransport,
  topics: Topics,
  collection: LoggedCollection,
  document: Readonly<Record<string, unknown>> & { readonly _id: string },
): Promise<number> {
  const event = {
    database: 'shop',
    collection,
    op: 'c' as const,
    id: JSON.stringify(document._id),
    eventId: randomUUID(),
    seq: Sequence.ofChunk(1, ++sent),
    epoch: 1,
    before: null,
    after: bsonToExtendedJson(BSON.serialize(document)),
    snapshot: false,
    clusterTimeMs: Date.now(),
    ord: 1,
  };
  const partition = partitionOf(ChangeEncoder.keyOf(event.id), PARTITIONS);
  await transport.send(topics.changes(collection), partition, new ChangeEncoder('laurel').encode(event, Date.now()));
  return partition;
}
