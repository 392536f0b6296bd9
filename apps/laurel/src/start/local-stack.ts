import type { Settings } from '@laurel/service';
import { startStack, type Stack } from '@laurel/stack';

/** The parts that `npm start` runs itself, and the settings that point at them. */
export interface LocalParts {
  settings: Settings;
  stack: Stack | undefined;
}

/** Starts a local MongoDB unless `MONGODB_URI` names one, and a local Kafka unless `KAFKA_BROKERS` does. */
export async function startLocalParts(settings: Settings, onProgress: (line: string) => void): Promise<LocalParts> {
  const ownMongo = !process.env['MONGODB_URI'];
  const ownKafka = !process.env['KAFKA_BROKERS'];
  if (!ownMongo && !ownKafka) return { settings, stack: undefined };
  const stack = await startStack({
    home: settings.home,
    ...(ownMongo && { mongodb: {} }),
    ...(ownKafka && { kafka: {} }),
    onProgress,
  });
  return {
    stack,
    settings: {
      ...settings,
      ...(ownMongo && { mongodbUri: stack.mongodbUri }),
      ...(ownKafka && { kafkaBrokers: stack.kafkaBrokers.split(',') }),
    },
  };
}
