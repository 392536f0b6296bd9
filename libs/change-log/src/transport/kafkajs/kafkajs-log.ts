import { type logCreator, logLevel } from 'kafkajs';
import type { Logger } from 'pino';

/** Passes kafkajs' own log on; what it calls an error it nearly always retries, so it is a warning here. */
export function kafkajsLog(logger: Logger): logCreator {
  return () =>
    ({ namespace, level, log }) => {
      const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...details } = log;
      const text = `kafka ${namespace}: ${message}`;
      if (level === logLevel.ERROR || level === logLevel.WARN) logger.warn(details, text);
      else logger.debug(details, text);
    };
}
