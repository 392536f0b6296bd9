import type { Settings } from '@laurel/service';
import type { Logger } from 'pino';
import type { LogTransport } from './log-transport.js';

/**
 * Connects to the brokers of `KAFKA_BROKERS` with the client of `KAFKA_CLIENT`; the other one is not even loaded.
 *
 * @throws SettingsError when none answers.
 */
export async function openTransport(
  { kafkaBrokers, kafkaClient }: Pick<Settings, 'kafkaBrokers' | 'kafkaClient'>,
  logger: Logger,
): Promise<LogTransport> {
  switch (kafkaClient) {
    case 'kafkajs': {
      const { KafkajsTransport } = await import('./kafkajs/kafkajs-transport.js');
      return KafkajsTransport.open(kafkaBrokers, logger);
    }
    case 'platformatic': {
      const { PlatformaticTransport } = await import('./platformatic/platformatic-transport.js');
      return PlatformaticTransport.open(kafkaBrokers, logger);
    }
  }
}
