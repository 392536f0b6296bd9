import type { MeasuredProcess } from '../measuring/measured-process.js';

/** What an ingester works on: the events of one shop. */
export interface CaptureTask {
  mongodbUri: string;
  kafkaBrokers: string;
  /** The shop's database; the collection is `events`. */
  database: string;
  /** A folder for its state and its log. */
  home: string;
}

/** A program that carries a collection of MongoDB to a topic of Kafka. */
export interface Ingester {
  readonly name: string;
  topicOf(task: CaptureTask): string;
  /** Starts it where it was stopped; the first time with a snapshot of what is there. */
  start(task: CaptureTask): Promise<MeasuredProcess>;
}
