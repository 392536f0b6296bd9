import type { v1 } from '@google-cloud/bigquery-storage';
import type { LoggedCollection } from '@laurel/shop';
import type { BatchPosition, ChangelogRow, PartitionPosition } from '../changelog-batch.js';
import type { RowSet } from '../changelog/row-set.js';
import { StalePositionError } from '../errors.js';
import type { LoadJobs } from './load-jobs.js';
import type { RowFormat, RowOrigin } from './row-format.js';
import { closeSeats } from './seats.js';
import type { Statements } from './statements.js';
import { storedPositions } from './stored-positions.js';
import type { StreamRegistry } from './stream-registry.js';
import { WriteStream } from './write-stream.js';

/** Google takes up to 10 MB in one request; a request of this size leaves room for its frame. */
const requestBytes = 8_000_000;
const requestRows = 10_000;

/** Where one writer writes, and with what. */
export interface WriterSeat {
  readonly collection: LoggedCollection;
  readonly topic: string;
  readonly partition: number;
  /** Path of the changelog table: `projects/…/datasets/…/tables/…`. */
  readonly table: string;
  readonly project: string;
  readonly client: v1.BigQueryWriteClient;
  readonly jobs: LoadJobs;
  readonly registry: StreamRegistry;
  readonly statements: Statements;
}

/** A row of a set that the service refused, and why. */
export interface RefusedRow {
  readonly row: ChangelogRow;
  readonly reason: string;
}

/** The one writer of a (topic, partition) into its changelog, with a stream of its own. */
export class PartitionWriter {
  private constructor(
    private readonly seat: WriterSeat,
    private readonly stream: WriteStream,
    private stored: PartitionPosition | undefined,
  ) {}

  /**
   * Takes the seat: records a new stream, closes all others of the partition (load jobs too), and only then reads from the rows how far the partition
   * is stored. Whoever wrote before can write no more; of two who come at once at most one can write.
   */
  static async open(seat: WriterSeat): Promise<PartitionWriter> {
    const { collection, topic, partition, client, registry, statements } = seat;
    const stream = await WriteStream.create(client, seat.table);
    await registry.add({ collection, topic, partition }, stream.name);
    const others = await registry.others({ collection, topic, partition }, stream.name);
    await closeSeats(others, seat);
    await registry.remove(others);
    const [stored] = await storedPositions(statements, collection, { topic, partition });
    return new PartitionWriter(seat, stream, stored);
  }

  /** How far the partition is stored; undefined where nothing of it is. */
  get position(): PartitionPosition | undefined {
    return this.stored;
  }

  /** @throws StalePositionError where a batch does not continue from here. */
  check({ previousOffset }: BatchPosition): void {
    const stored = this.stored?.nextOffset ?? null;
    if (stored !== previousOffset) {
      throw new StalePositionError(this.seat.topic, this.seat.partition, previousOffset, stored);
    }
  }

  /**
   * Appends the rows of a set in as few requests as their size allows; gives those that the service refused.
   * @throws WriteStreamError where some of them may not be stored; this writer is of no more use then.
   */
  async write(set: RowSet, format: RowFormat, origin: RowOrigin): Promise<RefusedRow[]> {
    const refused: RefusedRow[] = [];
    let rows: ChangelogRow[] = [];
    let encoded: Uint8Array[] = [];
    let bytes = 0;
    for (const [index, row] of set.rows.entries()) {
      const message = format.encode(set, index, origin);
      if (message.length > requestBytes) {
        refused.push({ row, reason: `${set.collection}: ${message.length} bytes, at most ${requestBytes} expected` });
        continue;
      }
      if (bytes + message.length > requestBytes || rows.length === requestRows) {
        refused.push(...(await this.#append(rows, encoded, format)));
        [rows, encoded, bytes] = [[], [], 0];
      }
      rows.push(row);
      encoded.push(message);
      bytes += message.length;
    }
    refused.push(...(await this.#append(rows, encoded, format)));
    return refused;
  }

  /** Takes note of a batch that is stored. */
  moveTo({ nextOffset, highSeq }: BatchPosition, stored: readonly ChangelogRow[]): void {
    const { topic, partition } = this.seat;
    const before = this.stored?.highSeq === highSeq ? this.stored.eventIdsAtHighSeq : [];
    const now = stored.filter(row => row.seq === highSeq).map(row => row.eventId);
    this.stored = { topic, partition, nextOffset, highSeq, eventIdsAtHighSeq: new Set([...before, ...now]) };
  }

  close(): void {
    this.stream.close();
  }

  /** Sends rows; where some are refused, the others again without them. */
  async #append(
    rows: readonly ChangelogRow[],
    encoded: readonly Uint8Array[],
    format: RowFormat,
  ): Promise<RefusedRow[]> {
    if (rows.length === 0) return [];
    const answer = await this.stream.append(encoded, format);
    if (answer.length === 0) return [];
    const reasons = new Map(answer.map(({ index, message }) => [index, message]));
    const rest = rows.flatMap((row, index) => (reasons.has(index) ? [] : [{ row, message: encoded[index] }]));
    const refused = rows.flatMap((row, index) => {
      const reason = reasons.get(index);
      return reason === undefined ? [] : [{ row, reason: `${row.collection}: ${reason}` }];
    });
    const others = await this.#append(
      rest.map(({ row }) => row),
      rest.flatMap(({ message }) => message ?? []),
      format,
    );
    return [...refused, ...others];
  }
}
