import type { v1 } from '@google-cloud/bigquery-storage';
import { setTimeout as delay } from 'node:timers/promises';
import { WarehouseError } from '../errors.js';
import { type AppendAnswer, AppendConnection, NoAnswerError } from './append-connection.js';
import type { RowFormat } from './row-format.js';

/** gRPC status codes. */
const status = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  resourceExhausted: 8,
  aborted: 10,
  internal: 13,
  unavailable: 14,
} as const;

const retried = new Set<number>([
  status.cancelled,
  status.unknown,
  status.deadlineExceeded,
  status.resourceExhausted,
  status.aborted,
  status.internal,
  status.unavailable,
]);

const attempts = 8;
const firstPauseMs = 100;

/** A row that the service refuses, by its place in the request. */
export interface RefusedRow {
  readonly index: number;
  readonly message: string;
}

/** The stream is of no more use: it was finalized by another writer, has vanished, or does not answer. What it stored is in the table. */
export class WriteStreamError extends WarehouseError {
  override readonly name = 'WriteStreamError';
}

/** A COMMITTED stream of the Storage Write API: rows are visible with their acknowledgement, each offset is taken once. */
export class WriteStream {
  #nextOffset = 0n;
  #connection: AppendConnection | undefined;
  #format: RowFormat | undefined;

  private constructor(
    readonly name: string,
    private readonly client: v1.BigQueryWriteClient,
  ) {}

  /** Makes a new stream into the table `projects/…/datasets/…/tables/…`. */
  static async create(client: v1.BigQueryWriteClient, table: string): Promise<WriteStream> {
    const [{ name }] = await client.createWriteStream({ parent: table, writeStream: { type: 'COMMITTED' } });
    if (!name) throw new WarehouseError(`BigQuery gave no name to a new stream into ${table}`);
    return new WriteStream(name, client);
  }

  /** Closes a stream for ever, whoever writes to it. One that has vanished is as good as closed. */
  static async finalize(client: v1.BigQueryWriteClient, name: string): Promise<void> {
    try {
      await client.finalizeWriteStream({ name });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === status.notFound)) throw error;
    }
  }

  /**
   * Appends rows at the stream's end, all or none. Gives the rows that the service refuses; then none was stored. Without an answer the
   * same rows are sent again at the same offset until there is one: "already exists" then means that the first sending arrived.
   * @throws WriteStreamError where the rows may or may not be stored, or the stream takes no more.
   */
  async append(rows: readonly Uint8Array[], format: RowFormat): Promise<readonly RefusedRow[]> {
    let unanswered = false;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#send(rows, format);
      const { error } = answer instanceof NoAnswerError ? { error: answer } : answer;
      if (!(answer instanceof NoAnswerError)) {
        if (!error && this.#isOurs(answer)) return this.#stored(rows.length);
        if (error?.code === status.alreadyExists && unanswered) return this.#stored(rows.length);
        if (error?.code === status.invalidArgument && answer.rowErrors?.length) return answer.rowErrors;
      }
      const again = error && (error.code === undefined || retried.has(error.code) || isSchemaLag(error.message));
      if (!again || attempt === attempts) {
        this.close();
        throw new WriteStreamError(
          `${this.name} at ${this.#nextOffset}: ${error?.message ?? 'an answer to another append'}`,
        );
      }
      unanswered = true;
      this.close();
      await delay(firstPauseMs * 2 ** (attempt - 1));
    }
  }

  /** Lets go of the connection; the next append opens another. */
  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  #isOurs({ appendResult }: AppendAnswer): boolean {
    const offset = appendResult?.offset?.value;
    return offset === undefined || BigInt(offset) === this.#nextOffset;
  }

  #stored(count: number): readonly RefusedRow[] {
    this.#nextOffset += BigInt(count);
    return [];
  }

  async #send(rows: readonly Uint8Array[], format: RowFormat): Promise<AppendAnswer | NoAnswerError> {
    if (format !== this.#format || this.#connection?.isBroken) this.close();
    const first = this.#connection === undefined;
    const connection = (this.#connection ??= new AppendConnection(this.client, this.name));
    this.#format = format;
    try {
      return await connection.send({
        writeStream: this.name,
        offset: { value: String(this.#nextOffset) },
        protoRows: {
          ...(first && { writerSchema: { protoDescriptor: format.descriptor } }),
          rows: { serializedRows: [...rows] },
        },
      });
    } catch (error) {
      if (error instanceof NoAnswerError) return error;
      throw error;
    }
  }
}

/** A column added a moment ago is not known to every server at once. */
function isSchemaLag(message: string): boolean {
  return message.includes('SCHEMA_MISMATCH_EXTRA_FIELDS') || message.includes('schema mismatch due to extra fields');
}
