/** A row of a changelog table, as far as the oracle looks at it. */
export interface LoadedRow {
  eventId: string;
  seq: string;
  op: string;
  key: string;
  partition: number;
  offset: number;
  rev: number | null;
}
