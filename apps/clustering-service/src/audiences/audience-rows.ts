import { readAhead } from '@laurel/service';
import { consentProblem } from './contact/consent.js';
import type { ContactReader } from './contact/contact-reader.js';
import type { MemberBatch } from './audience-members.js';
import type { AudienceFormat, AudienceMember, Cell, FormattedRow, HeldBackReason } from './formats/audience-format.js';
import type { MemberRecommendations } from './recommendations/member-recommendations.js';

/** How many members there were, how many of them are in the file, how many were held back and why; `excluded` are not members. */
export interface ExportCounts {
  members: number;
  excluded: number;
  exported: number;
  held_back: Partial<Record<HeldBackReason, number>>;
}

/** One member as the destination takes them. */
export interface AudienceRow {
  customerId: string;
  cells: readonly Cell[];
}

/** So many batches are read while another is written: MongoDB and this process then both have something to do. */
const READ_AHEAD = 2;

interface AddressedBatch {
  members: readonly AudienceMember[];
  documents: readonly Uint8Array[];
}

/** Which members a file is of: those who get the campaign, or those held out of it. */
export type MemberGroup = 'audience' | 'holdout';

/** An audience as a format's rows, in the order of the customers' ids, with consent applied; the counts are complete after the last. */
export class AudienceRows {
  readonly counts: ExportCounts = { members: 0, excluded: 0, exported: 0, held_back: {} };

  constructor(
    private readonly batches: AsyncIterable<MemberBatch>,
    private readonly contacts: ContactReader,
    private readonly format: AudienceFormat,
    private readonly recommendations: Pick<MemberRecommendations, 'addTo'> | undefined,
    private readonly group: MemberGroup = 'audience',
  ) {}

  async *read(): AsyncGenerator<AudienceRow[]> {
    for await (const { members, documents } of readAhead(this.batches, READ_AHEAD, batch => this.addressed(batch))) {
      const contacts = this.contacts.decoded(documents);
      const rows: AudienceRow[] = [];
      for (const member of members) {
        const row = this.rowOf(member, contacts.get(member.customerId));
        if ('cells' in row) rows.push({ customerId: member.customerId, cells: row.cells });
        else this.holdBack(row.heldBack, 1);
      }
      this.counts.exported += rows.length;
      if (rows.length > 0) yield rows;
    }
  }

  /** Those who are meant, with what the shop knows of them. */
  private async addressed({ members, excluded }: MemberBatch): Promise<AddressedBatch> {
    this.counts.members += members.length;
    this.counts.excluded += excluded;
    const meant = members.filter(({ heldOut }) => heldOut === (this.group === 'holdout'));
    if (this.group === 'audience') this.holdBack('holdout', members.length - meant.length);
    const batch = this.recommendations ? await this.recommendations.addTo(meant) : meant;
    return { members: batch, documents: await this.contacts.fetch(batch.map(({ customerId }) => customerId)) };
  }

  private rowOf(...[member, contact]: Parameters<AudienceFormat['row']>): FormattedRow {
    const { consent } = this.format;
    const problem = consent && contact && consentProblem(contact, consent);
    return problem ? { heldBack: problem } : this.format.row(member, contact);
  }

  private holdBack(reason: HeldBackReason, count: number): void {
    if (count > 0) this.counts.held_back[reason] = (this.counts.held_back[reason] ?? 0) + count;
  }
}
