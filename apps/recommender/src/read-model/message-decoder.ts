import {
  decodeChange,
  type Deed,
  deedOf,
  MalformedChangeError,
  type LogMessage,
  type Topics,
} from '@laurel/change-log';
import { readFeatures, readTier } from '../customers/profile-messages.js';
import { newsOf, type News } from './news.js';

/** News, and whose doing it tells of where it comes from the shop. */
export interface DecodedNews {
  news: News;
  deed?: Deed | undefined;
}

/** Reads a message of any topic the recommender follows; undefined for what does not concern it. `skipped` is told of messages that cannot be read. */
export function decodeNews(
  topics: Topics,
  topic: string,
  message: LogMessage,
  skipped: (topic: string) => void,
): DecodedNews | undefined {
  if (topic === topics.features || topic === topics.tiers) {
    const customerId = message.key?.toString();
    const value = message.value?.toString() ?? null;
    const news =
      customerId === undefined
        ? undefined
        : topic === topics.features
          ? features(customerId, value)
          : tier(customerId, value);
    if (!news) skipped(topic);
    return news && { news };
  }
  try {
    const change = decodeChange(topics, topic, message);
    const news = change && newsOf(change);
    return news && { news, deed: deedOf(change) };
  } catch (error) {
    if (!(error instanceof MalformedChangeError)) throw error;
    skipped(topic);
    return undefined;
  }
}

function features(customerId: string, value: string | null): News | undefined {
  const news = readFeatures(customerId, value);
  return news && { about: 'features', news };
}

function tier(customerId: string, value: string | null): News | undefined {
  const news = readTier(customerId, value);
  return news && { about: 'tier', news };
}
