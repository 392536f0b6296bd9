import { z } from 'zod';
import { amountSchema } from './amount.js';

const paramValueSchema = z.looseObject({
  string_value: z.string().nullish(),
  int_value: z.number().int().nullish(),
  float_value: z.number().nullish(),
  double_value: z.number().nullish(),
});

const itemSchema = z.looseObject({
  item_id: z.string(),
  item_name: z.string().nullish(),
  price: amountSchema.nullish(),
  quantity: amountSchema.nullish(),
  item_category: z.string().nullish(),
});

/** A product named in an event. */
export type ShopEventItem = z.infer<typeof itemSchema>;

/**
 * One event of a shop's visitors in the shape of Google Analytics 4's BigQuery export.
 * `event_timestamp` is in microseconds since 1970 UTC.
 */
export const shopEventSchema = z.looseObject({
  _id: z.string(),
  event_name: z.string(),
  event_timestamp: z.number().int(),
  user_pseudo_id: z.string(),
  event_params: z.array(z.looseObject({ key: z.string(), value: paramValueSchema })).nullish(),
  items: z.array(itemSchema).nullish(),
  ecommerce: z
    .looseObject({
      transaction_id: z.string().nullish(),
      purchase_revenue: amountSchema.nullish(),
      unique_items: z.number().nullish(),
    })
    .nullish(),
});

export type ShopEvent = z.infer<typeof shopEventSchema>;

/** The value of an event's parameter: its number (int, double or float), else its text, else undefined. The first of equal keys counts. */
export function eventParam(event: ShopEvent, key: string): number | string | undefined {
  const value = event.event_params?.find(param => param.key === key)?.value;
  return value?.int_value ?? value?.double_value ?? value?.float_value ?? value?.string_value ?? undefined;
}

/** The event's `ga_session_id` as text, or undefined where the event belongs to no session. */
export function sessionIdOf(event: ShopEvent): string | undefined {
  const value = event.event_params?.find(param => param.key === 'ga_session_id')?.value;
  const id = value?.int_value ?? value?.string_value;
  return id == null ? undefined : String(id);
}

/** The event's `engagement_time_msec` (its `int_value`), 0 where it has none. */
export function engagementTimeMsecOf(event: ShopEvent): number {
  return event.event_params?.find(param => param.key === 'engagement_time_msec')?.value.int_value ?? 0;
}

/** When the event happened, to the millisecond. */
export function eventTimeOf(event: Pick<ShopEvent, 'event_timestamp'>): Date {
  return new Date(Math.floor(event.event_timestamp / 1000));
}
