import type { ReceivedMessage } from '../transport/log-transport.js';
import { risingMessages } from './rising-messages.js';

/**
 * Tells a message sent again from a new one, within one partition. Every writer sends a partition's changes in order and without a gap from
 * where it begins, so whatever is below the highest sequence seen has been seen.
 */
export class SequenceFilter {
  private readonly ids: Set<string>;

  constructor(
    private high: string | null = null,
    eventIdsAtHigh: Iterable<string> = [],
  ) {
    this.ids = new Set(eventIdsAtHigh);
  }

  /** The highest sequence accepted so far, or null. */
  get highSeq(): string | null {
    return this.high;
  }

  /**
   * The messages with a value, where it is plain that all of them are new ({@link risingMessages}); they count as seen then. Else undefined, and each
   * is to be asked for.
   */
  acceptRising(messages: readonly ReceivedMessage[]): ReceivedMessage[] | undefined {
    const rising = risingMessages(messages, this.high);
    const last = rising?.at(-1);
    const [seq, eventId] = [last?.header('x-seq'), last?.header('ce_id')];
    if (seq !== undefined && eventId !== undefined) this.accept(seq, eventId);
    return rising;
  }

  /** Whether the change is new; from then on it counts as seen. */
  accept(seq: string, eventId: string): boolean {
    if (this.high !== null && seq < this.high) return false;
    if (seq === this.high) {
      if (this.ids.has(eventId)) return false;
    } else {
      this.high = seq;
      this.ids.clear();
    }
    this.ids.add(eventId);
    return true;
  }
}
