import type { Settings } from '@laurel/service';
import type { Logger } from 'pino';
import { KafkajsTransport } from './kafkajs/kafkajs-transport.js';
import type { LogTransport } from './log-transport.js';
import { PlatformaticTransport } from './platformatic/platformatic-transport.js';

/**
 * Connects to the brokers of `KAFKA_BROKERS` with the client of `KAFKA_CLIENT`.
 *
 * @throws SettingsError when none answers.
 */
export function openTransport(
  { kafkaBrokers, kafkaClient }: Pick<Settings, 'kafkaBrokers' | 'kafkaClient'>,
  logger: Logger,
): Promise<LogTransport> {
  switch (kafkaClient) {
    case 'kafkajs':
      return KafkajsTransport.open(kafkaBrokers, logger);
    case 'platformatic':
      return PlatformaticTransport.open(kafkaBrokers, logger);
  }
}
