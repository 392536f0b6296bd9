import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { RowRecord } from './row-record.js';

/** The full report: one JSON object a line for every row that was repaired or refused, in a file of its own. */
export class RowReportFile {
  readonly #stream: WriteStream;

  private constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /** Begins the file anew. Rejects where it cannot be written. */
  static async create(file: string): Promise<RowReportFile> {
    const stream = createWriteStream(file);
    await once(stream, 'open');
    return new RowReportFile(stream);
  }

  /** Adds a row; resolves once there is room for the next. */
  async add(record: RowRecord): Promise<void> {
    if (!this.#stream.write(`${JSON.stringify(record)}\n`)) await once(this.#stream, 'drain');
  }

  async close(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream);
  }
}
