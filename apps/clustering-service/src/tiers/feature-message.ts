import type { LogMessage } from '@laurel/change-log';
import { z } from 'zod';
import type { TierFeatures } from './tier-features.js';

const moment = z.iso.datetime({ offset: true }).transform(text => new Date(text));

const messageSchema = z.object({
  session_count: z.number().nonnegative(),
  total_time_spend_by_user_in_msec: z.number().nonnegative(),
  average_order_value: z.number().nonnegative(),
  no_of_orders: z.number().nonnegative(),
  revenue: z.number(),
  first_order_at: moment.nullable(),
  last_order_at: moment.nullable(),
  as_of: moment,
  version: z.number(),
});

/** What the features topic says of a customer; `known` is null once nothing is known of them any more. */
export interface FeatureNews {
  customerId: string;
  known: KnownFeatures | null;
}

/** A customer's features as last published; a higher `version` is newer. */
export interface KnownFeatures {
  features: TierFeatures;
  revenue: number;
  firstOrderAt: Date | null;
  lastOrderAt: Date | null;
  asOf: Date;
  version: number;
}

/** Reads a message of the features topic. Undefined where it is none. */
export function featureNews({ key, value }: Pick<LogMessage, 'key' | 'value'>): FeatureNews | undefined {
  if (key === null) return undefined;
  const customerId = key.toString();
  if (value === null) return { customerId, known: null };
  const message = messageSchema.safeParse(parsed(value.toString()));
  if (!message.success) return undefined;
  const {
    revenue,
    first_order_at: firstOrderAt,
    last_order_at: lastOrderAt,
    as_of: asOf,
    version,
    ...features
  } = message.data;
  return { customerId, known: { features, revenue, firstOrderAt, lastOrderAt, asOf, version } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
