import { type ChangeEvent, type LogTransport, Sequence, type Topics } from '@laurel/change-log';
import type { ShopCollection } from '@laurel/shop';
import type { Warehouse } from '@laurel/warehouse';
import { z } from 'zod';

const keySchema = z.object({ key: z.string() });
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

/** Finds documents that the warehouse holds but the source no longer does, where no delete event will ever tell. */
export class GoneDocuments {
  constructor(
    private readonly warehouse: Warehouse,
    private readonly transport: LogTransport,
    private readonly topics: Topics,
  ) {}

  /** Resolves when all that a collection's topic holds is stored in the warehouse; `check` may throw to give up. */
  async loaded(collection: ShopCollection, check: () => void): Promise<void> {
    const topic = this.topics.changes(collection);
    const ends = await this.transport.offsets(topic);
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5)) {
      check();
      const stored = (await this.warehouse.positions({ fresh: true })).filter(position => position.topic === topic);
      const next = new Map(stored.map(({ partition, nextOffset }) => [partition, nextOffset]));
      if (ends.every(({ partition, end }) => (next.get(partition) ?? 0n) >= end)) return;
      await new Promise(resolve => setTimeout(resolve, pauseMs));
    }
  }

  /** Documents not deleted whose last change is below `before`, in batches; each as the delete event that was missed, with the sequence `seq`. */
  async *deletesBefore(
    before: string,
    collection: ShopCollection,
    seq: string,
    epoch: number,
    database: string,
  ): AsyncGenerator<ChangeEvent[]> {
    const sql = `
      SELECT key FROM (
        SELECT _key AS key, _seq AS seq, _op AS op, ROW_NUMBER() OVER (PARTITION BY _key ORDER BY _seq DESC) AS newest
        FROM laurel.${collection}_changelog
      ) AS latest
      WHERE newest = 1 AND seq < @before AND op <> 'd'`;
    for await (const keys of this.warehouse.stream(sql, keySchema, { before })) {
      const clusterTimeMs = Date.now();
      yield keys.map(({ key }) => ({
        database,
        collection,
        op: 'd',
        id: idOf(key),
        seq,
        epoch,
        before: null,
        after: null,
        snapshot: false,
        clusterTimeMs,
        ord: 0,
        eventId: `${seq}:${key}`,
      }));
    }
  }

  /** The epoch of the newest change stored, 0 where there is none. */
  async highestEpoch(): Promise<number> {
    const positions = await this.warehouse.positions({ fresh: true });
    return Math.max(0, ...positions.map(({ highSeq }) => (highSeq === null ? 0 : Sequence.epochOf(highSeq))));
  }
}

/** The warehouse keeps ids as text: 24 hex digits are taken for an ObjectId, all else for text. */
function idOf(key: string): string {
  return /^[0-9a-f]{24}$/.test(key) ? `{"$oid":"${key}"}` : JSON.stringify(key);
}
