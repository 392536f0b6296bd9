import { z } from 'zod';
import { TIERS, type CustomerFeatures, type TierName } from './customer-profile.js';

const featuresMessage = z.object({
  session_count: z.number().int(),
  total_time_spend_by_user_in_msec: z.number(),
  average_order_value: z.number(),
  no_of_orders: z.number().int(),
  version: z.union([z.number(), z.string()]),
});

const tierMessage = z.object({
  tier: z
    .string()
    .transform(tier => tier.toUpperCase())
    .pipe(z.enum(TIERS)),
  decided_at: z.iso.datetime({ offset: true }).transform(text => new Date(text)),
  perks: z.array(z.string()).default([]),
});

/** News of a customer's features; null: the customer is gone. */
export interface FeaturesNews {
  customerId: string;
  features: CustomerFeatures | null;
  /** Rises with every change; an older one is no news. */
  version: number;
}

/** News of a customer's tier; null: the customer is gone. */
export interface TierNews {
  customerId: string;
  tier: { name: TierName; perks: string[]; decidedAt: Date } | null;
}

/** Reads a message of the features topic; undefined for one that is no such message. */
export function readFeatures(customerId: string, value: string | null): FeaturesNews | undefined {
  if (value === null) return { customerId, features: null, version: 0 };
  const result = featuresMessage.safeParse(parsedJson(value));
  if (!result.success) return undefined;
  const news = result.data;
  return {
    customerId,
    version: Number(news.version),
    features: {
      sessionCount: news.session_count,
      totalTimeSpendByUserInMsec: news.total_time_spend_by_user_in_msec,
      averageOrderValue: news.average_order_value,
      noOfOrders: news.no_of_orders,
    },
  };
}

/** Reads a message of the tiers topic; undefined for one that is no such message. */
export function readTier(customerId: string, value: string | null): TierNews | undefined {
  if (value === null) return { customerId, tier: null };
  const result = tierMessage.safeParse(parsedJson(value));
  if (!result.success) return undefined;
  const { tier, perks, decided_at: decidedAt } = result.data;
  return { customerId, tier: { name: tier, perks, decidedAt } };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
