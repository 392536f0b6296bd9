import { MissingToolError, resetStack, stackStatus, startStack, type Stack } from '@laurel/stack';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../until.js';

const BROKERS = 3;

/** The servers of a run: MongoDB, three Kafka brokers (three replicas, of which two must have a message) and, on request, the BigQuery emulator. */
export class FaultServers {
  readonly mongodbUri: string;
  readonly kafkaBrokers: string;
  readonly #home: string;
  readonly #isOwn: boolean;
  #bigquery: Promise<Stack['bigquery']> | undefined;

  private constructor(home: string, isOwn: boolean, stack: Stack) {
    this.#home = home;
    this.#isOwn = isOwn;
    this.mongodbUri = stack.mongodbUri;
    this.kafkaBrokers = stack.kafkaBrokers;
  }

  /** `given` is a home whose servers are used and left running; otherwise all are new, and gone at the end. */
  static async start(given?: string): Promise<FaultServers> {
    const home = given ?? join(tmpdir(), `laurel-test-${process.pid}`);
    const stack = await startStack({
      home,
      mongodb: { port: 0 },
      kafka: { port: 0, brokers: BROKERS },
      source: 'packages',
      keep: given !== undefined,
    });
    return new FaultServers(home, given === undefined, stack);
  }

  /** The names of the brokers. */
  get brokers(): string[] {
    return Array.from({ length: BROKERS }, (_, index) => `kafka-${index + 1}`);
  }

  /** Kills a broker: no goodbye, nothing written out. */
  async killBroker(name: string): Promise<void> {
    const broker = (await stackStatus(this.#home)).find(({ part }) => part === name);
    if (broker?.pid === undefined) throw new Error(`${name} does not run`);
    process.kill(broker.pid, 'SIGKILL');
  }

  /** Starts the brokers that do not run; resolves when all are there. */
  async restartBrokers(): Promise<void> {
    await until('all brokers are back', () => startStack({ ...this.#others, kafka: { port: 0, brokers: BROKERS } }));
  }

  /** The BigQuery emulator, started when first asked for; undefined where this machine's Python is too old for it. */
  bigquery(): Promise<Stack['bigquery']> {
    this.#bigquery ??= startStack({
      ...this.#others,
      kafka: { addresses: this.kafkaBrokers },
      bigquery: { restPort: 0, grpcPort: 0 },
    }).then(
      ({ bigquery }) => bigquery,
      (error: unknown) => {
        if (error instanceof MissingToolError) return undefined;
        throw error;
      },
    );
    return this.#bigquery;
  }

  /** Ends the servers and removes what they stored, unless they were given. */
  async stop(): Promise<void> {
    if (!this.#isOwn) return;
    await resetStack(this.#home);
    await rm(this.#home, { recursive: true, force: true });
  }

  get #others() {
    const mongodb = { uri: this.mongodbUri };
    return { home: this.#home, mongodb, source: 'packages', keep: !this.#isOwn } as const;
  }
}
