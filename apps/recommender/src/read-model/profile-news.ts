import type { ProfileDocument } from './collections.js';
import type { News } from './news.js';

/** News about who a customer is. */
export type ProfileNews = Extract<News, { about: 'customer' | 'features' | 'tier' }>;

type Profile = Omit<ProfileDocument, '_id'>;

/** A profile after the news, in the order they came; undefined when nothing is left. News older than what is known changes nothing. */
export function afterProfileNews(known: Profile | undefined, news: readonly ProfileNews[]): Profile | undefined {
  const profile: Profile = {
    registered: known?.registered ?? false,
    features: known?.features ?? null,
    featuresVersion: known?.featuresVersion ?? 0,
    tier: known?.tier ?? null,
  };
  for (const item of news) {
    if (item.about === 'customer') {
      if (!item.registered) Object.assign(profile, { features: null, featuresVersion: 0, tier: null });
      profile.registered = item.registered;
    } else if (item.about === 'features') {
      if (item.news.features === null) Object.assign(profile, { features: null, featuresVersion: 0 });
      else if (item.news.version >= profile.featuresVersion) {
        profile.features = item.news.features;
        profile.featuresVersion = item.news.version;
      }
    } else if (item.news.tier === null || !profile.tier || item.news.tier.decidedAt >= profile.tier.decidedAt) {
      profile.tier = item.news.tier;
    }
  }
  return profile.registered || profile.features || profile.tier ? profile : undefined;
}
