import type { BaseOptions } from '@platformatic/kafka';

const CONNECT_TIMEOUT_MS = 3000;
/**
 * Longer than any broker takes on purpose, for replicas of what is written. A broker that is only starting takes requests long before it answers,
 * and a client's own half minute, several times over, would hold everything up for minutes.
 */
const REQUEST_TIMEOUT_MS = 12_000;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2000;

/** What every connection to the brokers has in common. */
export function clientOptions(
  brokers: readonly string[],
): Pick<BaseOptions, 'clientId' | 'bootstrapBrokers' | 'connectTimeout' | 'requestTimeout' | 'retries' | 'retryDelay'> {
  return {
    clientId: 'laurel',
    bootstrapBrokers: [...brokers],
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retries: 3,
    retryDelay: (_client, _operation, attempt) => retryDelayMs(attempt),
  };
}

/** How long to wait before the attempt of this number, from 1 on. */
export function retryDelayMs(attempt: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1));
}
