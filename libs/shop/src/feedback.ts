import { z } from 'zod';

/** What can be told of a recommendation, by Google Analytics 4's names: shown, clicked, put in the cart, bought. */
export const FEEDBACK_EVENT_NAMES = ['view_item_list', 'select_item', 'add_to_cart', 'purchase'] as const;

/**
 * What a storefront tells of one recommended product, flat, with Google Analytics 4's names for what that has: `item_list_name` is the placement,
 * `index` the rank, `user_pseudo_id` the customer or visitor where they may be known. `event_timestamp` is in microseconds since 1970 UTC.
 */
export const feedbackSchema = z.looseObject({
  _id: z.string(),
  event_name: z.enum(FEEDBACK_EVENT_NAMES),
  event_timestamp: z.number().int(),
  user_pseudo_id: z.string().nullish(),
  /** The answer that recommended it, and what made that answer. */
  request_id: z.string(),
  model_name: z.string(),
  model_version: z.string(),
  /** What was chosen for the customer by hash: a version of the model, or `holdout`; null where nothing was. */
  test_group: z.string().nullish(),
  item_id: z.string(),
  item_list_name: z.string(),
  index: z.number().int(),
  transaction_id: z.string().nullish(),
});

export type Feedback = z.infer<typeof feedbackSchema>;
