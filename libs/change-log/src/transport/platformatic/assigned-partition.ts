import type { Fetched } from './partition-fetcher.js';

/** A partition that is this member's since the group last shared them out, and how far it is read and processed. */
export class AssignedPartition {
  /** The offset to fetch next; undefined until the consumer's own position has been asked for. */
  next: bigint | undefined;
  /** The offset after the last batch processed. */
  processed: bigint | undefined;
  /** The batch fetched ahead. */
  ahead: Fetched | undefined;
  paused = false;
  halted = false;
  failures = 0;

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}

  get key(): string {
    return `${this.topic}/${this.partition}`;
  }

  /** Whether it may be asked for more: at most one batch is fetched ahead of the one being processed. */
  get wantsMore(): boolean {
    return this.next !== undefined && this.ahead === undefined && !this.paused && !this.halted;
  }

  /** Begins at an offset, or goes back to it: what was fetched ahead is dropped. */
  readFrom(offset: bigint): void {
    this.next = offset;
    this.processed = offset;
    this.ahead = undefined;
  }

  /** Whether an answer is to what would be asked now; the position may have changed since. */
  awaits({ offset }: Fetched): boolean {
    return this.wantsMore && offset === this.next;
  }

  /** Takes what was fetched and returns whether there is a batch in it. */
  take(fetched: Fetched): boolean {
    this.next = fetched.next;
    if (fetched.messages.length > 0) {
      this.ahead = fetched;
      return true;
    }
    if (this.processed === fetched.offset) this.processed = fetched.next;
    return false;
  }
}
