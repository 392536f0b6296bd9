/** What a process of the pipeline says of itself. */
export interface PipelineReport {
  state: string;
  epoch: number | undefined;
  /** Up to which cluster time (ms) capture has read. */
  positionMs: number | undefined;
  /** 0 once capture has read the stream to its end. */
  captureLagMs: number | undefined;
  changesSent: number;
  /** Messages that the warehouse does not hold; undefined while Kafka does not tell. */
  loadLag: number | undefined;
  /** Rows that this process has stored. */
  stored: number;
  /** Messages sent again that it has dropped. */
  duplicates: number;
  rssMb: number;
}
