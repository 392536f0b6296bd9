const PART = 16;
const NOTHING = '0'.repeat(PART);
const EPOCH_DIGITS = 6;

/** A resume token in a form that this version cannot order. */
export class ResumeTokenError extends Error {
  constructor(token: string) {
    super(
      `resume token ${token.slice(0, 60)} is not in the form of MongoDB 6 to 8 (upper-case hex, 50 digits or more): changes cannot be put in order`,
    );
    this.name = 'ResumeTokenError';
  }
}

/**
 * Sequences order changes as text: `epoch / 16 hex / 16 hex / 16 hex`, all of one width. An epoch is one unbroken reading of the source: its
 * snapshot, then its stream.
 */
export const Sequence = {
  /**
   * The sequence of a stream event, from the `_data` of its resume token: cluster time, then the place within the transaction.
   *
   * @throws ResumeTokenError for a token in another form.
   */
  ofStream(epoch: number, token: string): string {
    check(token);
    return `${epochText(epoch)}/${token.slice(2, 18)}/${token.slice(18, 34)}/${token.slice(34, 50)}`;
  },

  /** The sequence that all rows of one chunk of a snapshot share: below every stream event of the epoch, above the former epoch. */
  ofChunk(epoch: number, chunk: number): string {
    return `${epochText(epoch)}/${NOTHING}/${NOTHING}/${String(chunk).padStart(PART, '0')}`;
  },

  /** The sequence of a message in a topic with many writers, where nothing but the place in the partition says what came first. */
  ofOffset(offset: bigint): string {
    return `${epochText(0)}/${NOTHING}/${NOTHING}/${String(offset).padStart(PART, '0')}`;
  },

  /** The lowest sequence of an epoch: whatever is below it was last seen in a former one. */
  startOf(epoch: number): string {
    return Sequence.ofChunk(epoch, 0);
  },

  /**
   * The cluster time (whole seconds) at which the `_data` of a resume token stands.
   *
   * @throws ResumeTokenError for a token in another form.
   */
  timeOf(token: string): Date {
    check(token);
    return new Date(Number.parseInt(token.slice(2, 10), 16) * 1000);
  },

  /** The epoch that a sequence belongs to. */
  epochOf(seq: string): number {
    return Number(seq.slice(0, EPOCH_DIGITS));
  },
} as const;

function check(token: string): void {
  if (!/^[0-9A-F]{50,}$/.test(token)) throw new ResumeTokenError(token);
}

function epochText(epoch: number): string {
  return String(epoch).padStart(EPOCH_DIGITS, '0');
}
