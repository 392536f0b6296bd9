import { pino, stdTimeFunctions, type Logger } from 'pino';
import type { Settings } from '../settings/settings.js';
import { currentRequestId } from './request-id.js';

/**
 * A logger that writes JSON lines to `destination` (default: standard output) at the settings' level: `time` in RFC 3339, `level` as a word,
 * and `requestId` on every line written while a request is answered, whoever writes it. Authorization headers are never written.
 */
export function createLogger(settings: Pick<Settings, 'logLevel'>, destination?: string): Logger {
  return pino(
    {
      level: settings.logLevel,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      mixin: () => {
        const requestId = currentRequestId.getStore();
        return requestId === undefined ? {} : { requestId };
      },
      redact: ['authorization', 'headers.authorization', 'req.headers.authorization'],
    },
    pino.destination({ dest: destination ?? 1, mkdir: true, sync: false }),
  );
}
