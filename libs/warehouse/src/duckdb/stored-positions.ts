import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import type { BatchPosition, ChangelogBatch } from '../changelog-batch.js';
import { StalePositionError } from '../errors.js';

/** A position as the table `_ingest_offsets` holds it. */
export interface StoredPosition {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: bigint;
  readonly highSeq: string | null;
}

const positionSchema = z
  .object({
    topic: z.string(),
    partition: z.number(),
    next_offset: z.string().transform(BigInt),
    high_seq: z.string().nullable(),
  })
  .transform(row => ({
    topic: row.topic,
    partition: row.partition,
    nextOffset: row.next_offset,
    highSeq: row.high_seq,
  }));

/** The positions in `_ingest_offsets`, kept in memory beside: this process is the only writer. */
export class StoredPositions {
  readonly #byPartition: Map<string, StoredPosition>;

  private constructor(positions: readonly StoredPosition[]) {
    this.#byPartition = new Map(positions.map(position => [keyOf(position), position]));
  }

  static async read(connection: DuckDBConnection): Promise<StoredPositions> {
    const reader = await connection.runAndReadAll(
      'SELECT topic, partition, next_offset, high_seq FROM laurel._ingest_offsets',
    );
    return new StoredPositions(z.array(positionSchema).parse(reader.getRowObjectsJson()));
  }

  /** All, ordered by topic and partition. */
  all(): StoredPosition[] {
    return [...this.#byPartition.values()].sort(
      (a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0) || a.partition - b.partition,
    );
  }

  /** @throws StalePositionError where the batch does not continue from here. */
  check({ topic, partition }: ChangelogBatch, position: BatchPosition): void {
    const stored = this.#byPartition.get(keyOf({ topic, partition }))?.nextOffset ?? null;
    if (stored !== position.previousOffset) {
      throw new StalePositionError(topic, partition, position.previousOffset, stored);
    }
  }

  /** Writes the position in the connection's transaction; {@link remember} it after the commit. */
  async write(
    connection: DuckDBConnection,
    { topic, partition }: ChangelogBatch,
    position: BatchPosition,
  ): Promise<void> {
    const known = this.#byPartition.has(keyOf({ topic, partition }));
    const sql = known
      ? `UPDATE laurel._ingest_offsets SET next_offset = $next, high_seq = $high, updated_at = now() AT TIME ZONE 'UTC'
         WHERE topic = $topic AND partition = $partition`
      : `INSERT INTO laurel._ingest_offsets VALUES ($topic, $partition, $next, $high, now() AT TIME ZONE 'UTC')`;
    await connection.run(sql, { topic, partition, next: position.nextOffset, high: position.highSeq });
  }

  remember({ topic, partition }: ChangelogBatch, { nextOffset, highSeq }: BatchPosition): void {
    this.#byPartition.set(keyOf({ topic, partition }), { topic, partition, nextOffset, highSeq });
  }
}

function keyOf({ topic, partition }: { topic: string; partition: number }): string {
  return `${topic}/${partition}`;
}
