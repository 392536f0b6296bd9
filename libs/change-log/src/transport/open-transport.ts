import type { Settings } from '@laurel/service';
import type { Logger } from 'pino';
import { KafkajsTransport } from './kafkajs/kafkajs-transport.js';
import type { LogTransport } from './log-transport.js';

/**
 * Connects to the brokers of `KAFKA_BROKERS`.
 *
 * @throws SettingsError when none answers.
 */
export function openTransport(settings: Pick<Settings, 'kafkaBrokers'>, logger: Logger): Promise<LogTransport> {
  return KafkajsTransport.open(settings.kafkaBrokers, logger);
}
