/** A destination that did not take a call: what it said, without anything of the call itself. */
export class DestinationError extends Error {
  override readonly name = 'DestinationError';

  constructor(
    message: string,
    /** Of its answer; undefined where none came. */
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Whether the same call may be taken later: nobody answered, too many calls, or an error on their side. */
  get isPassing(): boolean {
    return this.status === undefined || this.status === 429 || this.status >= 500;
  }
}
