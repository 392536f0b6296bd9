import type { ReportProgress } from './progress/stack-progress.js';

/** Where the local MongoDB and Kafka come from: containers of `docker-compose.yml`, or package registries. */
export type StackSource = 'docker' | 'packages';

export const STACK_SOURCES: readonly StackSource[] = ['docker', 'packages'];

/** What to bring up. */
export interface StackOptions {
  /** Laurel's home folder; the servers keep their data, logs and records in `stack` below it. */
  home: string;
  /** A port (0 for any free one), or the address of a replica set that is there already. */
  mongodb: { port: number } | { uri: string };
  /** The first broker's port (0 for free ones) and how many brokers (1), or the addresses of a Kafka that is there already. */
  kafka: { port: number; brokers?: number } | { addresses: string };
  /** Ports of the BigQuery emulator (9050 and 9060; 0 for free ones). Left out: no emulator. */
  bigquery?: { restPort?: number; grpcPort?: number };
  /** Left out: what the home holds already, else Docker where it can be used, else packages. */
  source?: StackSource | undefined;
  /** Leave the servers running when this process ends; only `stopStack` ends them. */
  keep?: boolean;
  /** Gives up starting; `startStack` then stops what it started and throws StackInterruptedError. */
  signal?: AbortSignal;
  onProgress?: ReportProgress;
  /** Told MongoDB's address as soon as it takes writes, while the other parts may still be starting. */
  onMongodb?: (uri: string) => void;
}

/** Servers that answer. */
export interface Stack {
  mongodbUri: string;
  /** host:port, several separated by commas. */
  kafkaBrokers: string;
  bigquery?: { project: string; apiEndpoint: string; storageEndpoint: string };
  /** Where MongoDB and Kafka come from. */
  source: StackSource;
  /** Why a Docker that is installed was not used: one clear line. */
  note?: string;
  /** The parts that this call started or took over from a process that died: what `stop` ends. */
  started: readonly string[];
  /** Ends what this call started, in order, data kept; leaves alone what was there before. May be called twice. */
  stop(): Promise<void>;
}

/** One server of a home, as `stackStatus` finds it. */
export interface PartStatus {
  part: string;
  source: StackSource;
  running: boolean;
  /** Of a process; a container has none to speak of. */
  pid?: number;
  ports?: Readonly<Record<string, number>>;
  /** The file of its log, or the command that shows it. */
  log: string;
}
