import { type LoggedCollection, LOGGED_COLLECTIONS } from '@laurel/shop';
import { z } from 'zod';
import type { PartitionPosition } from '../changelog-batch.js';
import type { Statements } from './statements.js';

const rowSchema = z.object({
  topic: z.string(),
  kafka_partition: z.number(),
  last_offset: z.string(),
  high_seq: z.string(),
  event_id: z.string(),
});

/** The positions that the rows of one collection's changelog prove, perhaps of one (topic, partition) only. Reads its whole columns. */
export async function storedPositions(
  statements: Statements,
  collection: LoggedCollection,
  only?: { readonly topic: string; readonly partition: number },
): Promise<PartitionPosition[]> {
  const table = `laurel.${collection}_changelog`;
  const condition = only ? '_kafka_topic = @topic AND _kafka_partition = @partition' : '_kafka_topic IS NOT NULL';
  const rows = await statements.all(
    `WITH high AS (
       SELECT _kafka_topic, _kafka_partition, MAX(_kafka_offset) AS last_offset, MAX(_seq) AS high_seq
       FROM ${table}
       WHERE ${condition}
       GROUP BY _kafka_topic, _kafka_partition
     )
     SELECT
       high._kafka_topic AS topic,
       high._kafka_partition AS kafka_partition,
       CAST(high.last_offset AS STRING) AS last_offset,
       high.high_seq,
       changes._event_id AS event_id
     FROM high
     JOIN ${table} AS changes
       ON changes._kafka_topic = high._kafka_topic
       AND changes._kafka_partition = high._kafka_partition
       AND changes._seq = high.high_seq`,
    rowSchema,
    only ? { topic: only.topic, partition: only.partition } : {},
  );
  const byPartition = Map.groupBy(rows, row => `${row.topic}/${row.kafka_partition}`);
  return [...byPartition.values()].flatMap(([first, ...rest]) =>
    first
      ? [
          {
            topic: first.topic,
            partition: first.kafka_partition,
            nextOffset: BigInt(first.last_offset) + 1n,
            highSeq: first.high_seq,
            eventIdsAtHighSeq: new Set([first, ...rest].map(row => row.event_id)),
          },
        ]
      : [],
  );
}

/** The positions that all changelogs prove. */
export async function allStoredPositions(statements: Statements): Promise<PartitionPosition[]> {
  const found = await Promise.all(LOGGED_COLLECTIONS.map(collection => storedPositions(statements, collection)));
  return found.flat();
}
