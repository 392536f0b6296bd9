import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { laurelTopics, openTransport, Topics, type LogTransport } from '@laurel/change-log';
import { KeyRing, openServiceContext, readSettings, type Scope, type ServiceContext } from '@laurel/service';

/** The servers that a test run has. */
export interface TestServers {
  mongodbUri: string;
  kafkaBrokers: string;
}

const TOPICS_WITHIN_MS = 30_000;

/** What an app needs, on real servers, with databases, topics, a folder and keys of one test's own. */
export class TestHome {
  private constructor(
    /** `LAUREL_HOME`. */
    readonly folder: string,
    readonly context: ServiceContext,
    readonly transport: LogTransport,
    readonly topics: Topics,
    /** What a process of its own is started with, so that it works on the same. */
    readonly environment: Readonly<Record<string, string>>,
    private readonly keys: string,
  ) {}

  /** Opens everything and makes the topics. `settings` come as environment variables do, and win over the test's own. */
  static async open(servers: TestServers, settings: Readonly<Record<string, string>> = {}): Promise<TestHome> {
    const mark = randomBytes(4).toString('hex');
    const folder = await mkdtemp(join(tmpdir(), 'laurel-home-'));
    const keys = KeyRing.generate();
    const environment = {
      MONGODB_URI: servers.mongodbUri,
      KAFKA_BROKERS: servers.kafkaBrokers,
      SHOP_DATABASE: `shop_${mark}`,
      LAUREL_DATABASE: `laurel_${mark}`,
      TOPIC_PREFIX: `test-${mark}`,
      LAUREL_KEYS: keys,
      LAUREL_HOME: folder,
      LOG_LEVEL: 'error',
      ...settings,
    };
    const read = readSettings(environment);
    const context = await openServiceContext(read);
    const transport = await openTransport(read, context.logger);
    const topics = new Topics(read.topicPrefix, read.shopDatabase);
    await makeTopics(transport, topics);
    return new TestHome(folder, context, transport, topics, environment, keys);
  }

  /** What an app without a warehouse is started with. */
  get resources(): ServiceContext & { transport: LogTransport } {
    return { ...this.context, transport: this.transport };
  }

  /** The key that opens the APIs for a scope. */
  key(scope: Scope): string {
    const key = KeyRing.find(this.keys, scope);
    if (key === undefined) throw new Error(`no ${scope} key was made`);
    return key;
  }

  /** Like {@link remove}, but leaves the databases: a process that was killed may hold a transaction open for a minute, and dropping waits for it. */
  async leave(): Promise<void> {
    await this.transport.close();
    await this.context.mongo.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Closes what was opened and removes both databases and the folder. Stop the app first. */
  async remove(): Promise<void> {
    await this.context.laurelDb.dropDatabase();
    await this.context.shopDb.dropDatabase();
    await this.leave();
  }
}

/** A busy broker may not know a topic that it has just made; then it is asked again. */
async function makeTopics(transport: LogTransport, topics: Topics): Promise<void> {
  const deadlineMs = performance.now() + TOPICS_WITHIN_MS;
  for (;;) {
    try {
      await transport.ensureTopics(laurelTopics(topics));
      return;
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
    }
  }
}
