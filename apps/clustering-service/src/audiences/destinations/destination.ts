import type { FormatName } from '../formats/format-names.js';

/** A row of a delivery's file: its cells by the names of its columns, as the format wrote them. */
export type DestinationRow = Readonly<Record<string, string>>;

/** What a destination made of the rows of one call. */
export interface CallOutcome {
  accepted: number;
  refused: number;
}

/**
 * Where the files of deliveries are pushed over HTTP. Every call can be repeated: adding whom the destination has, or removing whom it does not have, changes nothing.
 */
export interface Destination {
  /** The format of the deliveries that it takes. */
  readonly format: FormatName;
  /** The most rows that one call may have. */
  readonly rowsPerCall: number;
  /** @throws DestinationError where the destination does not take the call. */
  add(rows: readonly DestinationRow[], signal: AbortSignal): Promise<CallOutcome>;
  /** @throws DestinationError where the destination does not take the call. */
  remove(rows: readonly DestinationRow[], signal: AbortSignal): Promise<CallOutcome>;
}
