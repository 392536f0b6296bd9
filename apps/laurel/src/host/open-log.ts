import { laurelTopics, openTransport, Topics, type LogTransport } from '@laurel/change-log';
import type { Settings } from '@laurel/service';
import type { Logger } from 'pino';

/**
 * Connects a process to Kafka and creates the topics that are missing: apps find them there.
 *
 * @throws SettingsError when no broker answers.
 */
export async function openLog(settings: Settings, logger: Logger): Promise<LogTransport> {
  const transport = await openTransport(settings, logger);
  try {
    await transport.ensureTopics(laurelTopics(new Topics(settings.topicPrefix, settings.shopDatabase)));
    return transport;
  } catch (error) {
    await transport.close();
    throw error;
  }
}
