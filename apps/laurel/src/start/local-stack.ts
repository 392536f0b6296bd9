import { LOCAL_PART_OFFSETS, type Settings } from '@laurel/service';
import { startStack, type Stack } from '@laurel/stack';

/** The servers that `npm start` runs itself, and the settings that point at them. */
export interface LocalParts {
  settings: Settings;
  stack: Stack;
}

/**
 * Starts a local MongoDB unless `MONGODB_URI` names one, and a local Kafka unless `KAFKA_BROKERS` does. `onMongodb` is told MongoDB's address
 * as soon as it takes writes.
 */
export async function startLocalParts(
  settings: Settings,
  onProgress: (line: string) => void,
  signal: AbortSignal,
  onMongodb: (uri: string) => void,
): Promise<LocalParts> {
  const stack = await startStack({
    home: settings.home,
    mongodb: process.env['MONGODB_URI']
      ? { uri: settings.mongodbUri }
      : { port: settings.portBase + LOCAL_PART_OFFSETS.mongodb },
    kafka: process.env['KAFKA_BROKERS']
      ? { addresses: settings.kafkaBrokers.join(',') }
      : { port: settings.portBase + LOCAL_PART_OFFSETS.kafka },
    source: settings.localStack,
    signal,
    onMongodb,
    onProgress: ({ part, message, fraction }) =>
      onProgress(`${part}: ${message}${fraction === undefined ? '' : ` ${Math.round(fraction * 100)} %`}`),
  });
  return {
    stack,
    settings: { ...settings, mongodbUri: stack.mongodbUri, kafkaBrokers: stack.kafkaBrokers.split(',') },
  };
}
