import type { Feedback } from '@laurel/shop';
import type { AnswerOrigin } from '../answers/request-id.js';

/** What can be told of a recommended product, with Google Analytics 4's name for it. */
export const FEEDBACK_KINDS = {
  IMPRESSION: 'view_item_list',
  CLICK: 'select_item',
  CART: 'add_to_cart',
  PURCHASE: 'purchase',
} as const satisfies Record<string, Feedback['event_name']>;

export type FeedbackKind = keyof typeof FEEDBACK_KINDS;

/** One piece of feedback, checked. */
export interface ToldFeedback {
  /** Told again under the same id, it is the same. */
  id: string;
  kind: FeedbackKind;
  requestId: string;
  origin: AnswerOrigin;
  /** Undefined where it is not to be known who it was. */
  userId: string | undefined;
  productId: string;
  position: number;
  placement: string;
  orderId: string | undefined;
  at: Date;
}

/** Feedback as the log holds it. */
export function feedbackDocument(told: ToldFeedback): Feedback {
  const { id, kind, requestId, origin, userId, productId, position, placement, orderId, at } = told;
  return {
    _id: id,
    event_name: FEEDBACK_KINDS[kind],
    event_timestamp: at.getTime() * 1000,
    ...(userId !== undefined && { user_pseudo_id: userId }),
    request_id: requestId,
    model_name: origin.model,
    model_version: origin.version,
    ...(origin.group !== undefined && { test_group: origin.group }),
    item_id: productId,
    item_list_name: placement,
    index: position,
    ...(orderId !== undefined && { transaction_id: orderId }),
  };
}
