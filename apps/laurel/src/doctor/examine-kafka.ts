import { laurelTopics, openTransport, Sequence, Topics, type LogTransport } from '@laurel/change-log';
import { createLogger, type Settings } from '@laurel/service';
import { z } from 'zod';
import { type Finding, messageOf } from './finding.js';

/** What Kafka showed, and how far capture has come by its last checkpoint there. */
export interface KafkaExamined {
  findings: Finding[];
  capturedUntil: Date | undefined;
}

const LAST_CHECKPOINTS = 50n;
const checkpointSchema = z.looseObject({ database: z.string(), token: z.string() });

/** Looks at the brokers and at Laurel's topics. Nothing is created. */
export async function examineKafka(settings: Settings): Promise<KafkaExamined> {
  const transport = await openTransport(settings, createLogger({ logLevel: 'silent' })).catch(messageOf);
  if (typeof transport === 'string') {
    const mend = 'Start it, or set KAFKA_BROKERS to brokers that run.';
    return { findings: [{ check: 'Kafka', state: 'fail', found: transport, mend }], capturedUntil: undefined };
  }
  try {
    const topics = new Topics(settings.topicPrefix, settings.shopDatabase);
    const begun = (await transport.partitionCount(topics.checkpoint).catch(() => 0)) > 0;
    return {
      findings: [
        { check: 'Kafka', state: 'ok', found: `answers at ${settings.kafkaBrokers.join(', ')}` },
        await topicsFinding(transport, topics, begun),
      ],
      capturedUntil: begun ? await lastCheckpoint(transport, topics, settings.shopDatabase) : undefined,
    };
  } catch (error) {
    const mend = "Let Laurel's user describe and read its topics.";
    return { findings: [{ check: 'Kafka', state: 'fail', found: messageOf(error), mend }], capturedUntil: undefined };
  } finally {
    await transport.close();
  }
}

async function topicsFinding(transport: LogTransport, topics: Topics, begun: boolean): Promise<Finding> {
  const check = 'Kafka topics';
  if (!begun) return { check, state: 'ok', found: 'not made yet: Laurel makes them when it starts' };
  const counted = await Promise.all(
    laurelTopics(topics).map(async ({ topic, partitions }) => {
      const found = await transport.partitionCount(topic).catch(() => 0);
      return { topic, partitions, found };
    }),
  );
  const wrong = counted.filter(({ partitions, found }) => found > 0 && found !== partitions);
  if (wrong.length > 0) {
    const found = wrong.map(each => `${each.topic} has ${each.found} partitions, not ${each.partitions}`).join('; ');
    const mend = 'Name another TOPIC_PREFIX, or delete the topics and capture anew: a key must stay in its partition.';
    return { check, state: 'fail', found, mend };
  }
  const missing = counted.filter(({ found }) => found === 0).map(({ topic }) => topic);
  if (missing.length === 0) return { check, state: 'ok', found: `all ${counted.length} are there` };
  return { check, state: 'warn', found: `not there: ${missing.join(', ')}`, mend: 'Laurel makes them when it starts.' };
}

async function lastCheckpoint(transport: LogTransport, topics: Topics, database: string): Promise<Date | undefined> {
  const [range] = await transport.offsets(topics.checkpoint);
  if (!range) return undefined;
  const from = range.end - LAST_CHECKPOINTS > range.earliest ? range.end - LAST_CHECKPOINTS : range.earliest;
  let token: string | undefined;
  await transport.readToEnd(
    topics.checkpoint,
    0,
    batch => {
      for (const { value } of batch.messages) {
        const checkpoint = checkpointSchema.safeParse(value && JSON.parse(value.toString()));
        if (checkpoint.success && checkpoint.data.database === database) token = checkpoint.data.token;
      }
      return Promise.resolve();
    },
    from,
  );
  return token === undefined ? undefined : Sequence.timeOf(token);
}
