import type { Db } from 'mongodb';
import { readModelCollections } from '../read-model/collections.js';
import { TIERS, type TierName } from './customer-profile.js';

/** The tier of every customer who was given one, the best tier first. */
export async function customerTiers(db: Db): Promise<Map<string, string>> {
  const { profiles } = readModelCollections(db);
  const given = profiles.find({ tier: { $ne: null } }, { projection: { 'tier.name': 1 } });
  const tiers = new Map<string, TierName>();
  for await (const { _id, tier } of given) if (tier) tiers.set(_id, tier.name);
  return new Map([...tiers].sort(([, a], [, b]) => TIERS.indexOf(a) - TIERS.indexOf(b)));
}
