import { z } from 'zod';
import { amountSchema, priceSchema } from '../amount.js';

/** The states an order can be in; `cancelled` and `refunded` orders do not count. */
export const ORDER_STATUSES = ['placed', 'paid', 'shipped', 'cancelled', 'refunded'] as const;

export type OrderStatus = (typeof ORDER_STATUSES)[number];

const orderLineSchema = z.looseObject({
  productId: z.string(),
  name: z.string().nullish(),
  quantity: amountSchema.positive(),
  price: priceSchema,
});

/** One line of an order: `quantity` units at `price` each, in the order's currency. */
export type OrderLine = z.infer<typeof orderLineSchema>;

/** An order as the shop keeps it; `_id` is the `transaction_id` of the purchase event that may tell of it too. */
export const orderSchema = z.looseObject({
  _id: z.string(),
  customerId: z.string(),
  placedAt: z.date(),
  status: z.enum(ORDER_STATUSES),
  currency: z.string(),
  items: z.array(orderLineSchema),
});

export type Order = z.infer<typeof orderSchema>;
