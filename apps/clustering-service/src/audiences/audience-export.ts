import { createHash } from 'node:crypto';
import type { AudienceRows, ExportCounts } from './audience-rows.js';
import type { FileFormat } from './formats/file-format.js';

/** A file as it is written: chunks of text; counts and checksum are complete once the last chunk was taken. */
export class AudienceExport {
  private readonly digest = createHash('sha256');

  constructor(
    private readonly rows: AudienceRows,
    private readonly file: FileFormat,
  ) {}

  get counts(): ExportCounts {
    return this.rows.counts;
  }

  /** Lower-case hex SHA-256 of the whole file. Once only, after the last chunk. */
  checksum(): string {
    return this.digest.digest('hex');
  }

  async *chunks(): AsyncGenerator<string> {
    if (this.file.head !== '') yield this.taken(this.file.head);
    for await (const rows of this.rows.read()) yield this.taken(this.file.write(rows.map(({ cells }) => cells)));
  }

  private taken(text: string): string {
    this.digest.update(text);
    return text;
  }
}
