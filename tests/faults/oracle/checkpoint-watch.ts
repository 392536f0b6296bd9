import { Sequence } from '@laurel/change-log';
import { z } from 'zod';
import type { FaultShop } from '../shop/fault-shop.js';
import { WRITTEN_COLLECTIONS, type WrittenCollection } from '../shop/write.js';
import type { LoadedRow } from './loaded-row.js';

const checkpointSchema = z.object({
  writer: z.number(),
  epoch: z.number(),
  token: z.string(),
  phase: z.object({ name: z.string() }),
});

interface Moment {
  /** Whether the checkpoint claims that a change was sent. */
  claims(seq: string): boolean;
  /** How far the log reached when it did: offsets by `collection/partition`. */
  ends: ReadonlyMap<string, number>;
}

/** Notes what the checkpoint claims and what the log holds at some moments, to find afterwards whether the claim was true. */
export class CheckpointWatch {
  readonly #shop: FaultShop;
  readonly #moments: Moment[] = [];

  constructor(shop: FaultShop) {
    this.#shop = shop;
  }

  /** Notes how things stand now. Where no writer is at work the claim cannot be overtaken. */
  async note(): Promise<void> {
    const { transport, topics } = this.#shop;
    const found: z.infer<typeof checkpointSchema>[] = [];
    await transport.readToEnd(topics.checkpoint, 0, ({ messages }) => {
      for (const { value } of messages)
        if (value !== null) found.push(checkpointSchema.parse(JSON.parse(value.toString())));
      return Promise.resolve();
    });
    const writer = Math.max(0, ...found.map(each => each.writer));
    const newest = found.findLast(each => each.writer === writer);
    if (newest?.phase.name !== 'stream') return;
    const ends = new Map<string, number>();
    for (const collection of WRITTEN_COLLECTIONS)
      for (const { partition, end } of await transport.offsets(topics.changes(collection)))
        ends.set(`${collection}/${partition}`, Number(end));
    this.#moments.push({ claims: claimOf(newest.epoch, newest.token), ends });
  }

  /** Changes that a checkpoint claimed although the log did not hold them. */
  ahead(rows: Readonly<Record<WrittenCollection, readonly LoadedRow[]>>): number {
    let count = 0;
    for (const { claims, ends } of this.#moments)
      for (const collection of WRITTEN_COLLECTIONS)
        for (const row of rows[collection])
          if (claims(row.seq) && row.offset >= (ends.get(`${collection}/${row.partition}`) ?? 0)) count++;
    return count;
  }
}

const EVENT_DIGITS = 50;

/** An event's token claims that event; one that only names a time (an idle stream's) claims what is older. */
function claimOf(epoch: number, token: string): (seq: string) => boolean {
  if (token.length >= EVENT_DIGITS) {
    const last = Sequence.ofStream(epoch, token);
    return seq => seq <= last;
  }
  const time = Sequence.ofStream(epoch, token.padEnd(EVENT_DIGITS, '0')).slice(0, -2 * 17);
  return seq => seq < time;
}
