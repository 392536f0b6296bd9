import { createHash } from 'node:crypto';
import { consentProblem } from './contact/consent.js';
import type { ContactReader } from './contact/contact-reader.js';
import type { AudienceMember, Cell, FormattedRow, HeldBackReason } from './formats/audience-format.js';
import type { FileFormat } from './formats/file-format.js';
import type { MemberRecommendations } from './recommendations/member-recommendations.js';

/** What a file holds and what was held back, and why. */
export interface ExportCounts {
  members: number;
  exported: number;
  held_back: Partial<Record<HeldBackReason, number>>;
}

/** A file as it is written: chunks of text; counts and checksum are complete once the last chunk was taken. */
export class AudienceExport {
  readonly counts: ExportCounts = { members: 0, exported: 0, held_back: {} };
  private readonly digest = createHash('sha256');

  constructor(
    private readonly batches: AsyncIterable<readonly AudienceMember[]>,
    private readonly contacts: Pick<ContactReader, 'read'>,
    private readonly file: FileFormat,
    private readonly recommendations?: Pick<MemberRecommendations, 'addTo'>,
  ) {}

  /** Lower-case hex SHA-256 of the whole file. Once only, after the last chunk. */
  checksum(): string {
    return this.digest.digest('hex');
  }

  async *chunks(): AsyncGenerator<string> {
    if (this.file.head !== '') yield this.taken(this.file.head);
    for await (const members of this.batches) {
      const batch = this.recommendations ? await this.recommendations.addTo(members) : members;
      const contacts = await this.contacts.read(batch.map(({ customerId }) => customerId));
      const rows: (readonly Cell[])[] = [];
      for (const member of batch) {
        const row = this.rowOf(member, contacts.get(member.customerId));
        if ('cells' in row) rows.push(row.cells);
        else this.counts.held_back[row.heldBack] = (this.counts.held_back[row.heldBack] ?? 0) + 1;
      }
      this.counts.members += batch.length;
      this.counts.exported += rows.length;
      if (rows.length > 0) yield this.taken(this.file.write(rows));
    }
  }

  private rowOf(...[member, contact]: Parameters<FileFormat['format']['row']>): FormattedRow {
    const { consent } = this.file.format;
    const problem = consent && contact && consentProblem(contact, consent);
    return problem ? { heldBack: problem } : this.file.format.row(member, contact);
  }

  private taken(text: string): string {
    this.digest.update(text);
    return text;
  }
}
