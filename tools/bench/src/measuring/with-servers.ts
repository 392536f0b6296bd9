import { startStack } from '@laurel/stack';
import { MongoClient } from 'mongodb';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { z } from 'zod';

const helloSchema = z.object({ hosts: z.array(z.string()), setName: z.string() });

/** What a benchmark works on. */
export interface BenchServers {
  mongo: MongoClient;
  /** Names the replica set. */
  mongodbUri: string;
  kafkaBrokers: string;
  /** Says only what is wrong. */
  logger: Logger;
  /** A folder that is removed afterwards. */
  home: string;
}

/** Runs `work` with a MongoDB and a Kafka of its own, from packages, and removes all of it afterwards. */
export async function withServers(work: (servers: BenchServers) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'laurel-bench-'));
  const logger = pino({ level: 'error' });
  try {
    const stack = await startStack({ home, mongodb: { port: 0 }, kafka: { port: 0 }, source: 'packages' });
    try {
      const mongo = await new MongoClient(stack.mongodbUri).connect();
      try {
        const mongodbUri = await replicaSetUri(mongo);
        await work({ mongo, mongodbUri, kafkaBrokers: stack.kafkaBrokers, logger, home });
      } finally {
        await mongo.close();
      }
    } finally {
      await stack.stop();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** The address of a replica set by its name: Debezium takes no other. */
async function replicaSetUri(mongo: MongoClient): Promise<string> {
  const { hosts, setName } = helloSchema.parse(await mongo.db('admin').command({ hello: 1 }));
  return `mongodb://${hosts.join(',')}/?replicaSet=${setName}`;
}
