import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

/** A finished file of rows. */
export interface FinishedFile {
  rows: number;
  bytes: number;
  checksum_sha256: string;
}

/** A line of the index beside a file: whose row comes next, and how long it is in bytes. The head of the file is nobody's. */
export type IndexLine = readonly [customerId: string | null, bytes: number];

/**
 * A file of rows as it is written, for its owner alone; beside it, as `NAME.index`, whose row is where, so that one customer's row can be
 * taken out again.
 */
export class RowFile {
  private readonly digest = createHash('sha256');
  private rows = 0;
  private bytes = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly index: FileHandle,
  ) {}

  static async create(path: string, head: string): Promise<RowFile> {
    const made = new RowFile(await open(path, 'wx', 0o600), await open(`${path}.index`, 'wx', 0o600));
    if (head !== '') await made.write(head, [[null, Buffer.byteLength(head)]]);
    return made;
  }

  /** Rows as text, each of one customer. */
  async append(rows: readonly { customerId: string; text: string }[]): Promise<void> {
    if (rows.length === 0) return;
    this.rows += rows.length;
    await this.write(
      rows.map(({ text }) => text).join(''),
      rows.map(({ customerId, text }) => [customerId, Buffer.byteLength(text)]),
    );
  }

  async close(): Promise<FinishedFile> {
    await this.file.sync();
    await this.file.close();
    await this.index.close();
    return { rows: this.rows, bytes: this.bytes, checksum_sha256: this.digest.digest('hex') };
  }

  private async write(text: string, lines: readonly IndexLine[]): Promise<void> {
    this.digest.update(text);
    this.bytes += Buffer.byteLength(text);
    await this.file.writeFile(text);
    await this.index.writeFile(lines.map(line => `${JSON.stringify(line)}\n`).join(''));
  }
}
