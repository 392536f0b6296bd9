import type { OrderLine, OrderStatus } from '@laurel/shop';

/** An order read from a file, before cancellations are settled. */
export interface OrderDraft {
  readonly id: string;
  readonly customerId: string;
  readonly placedAtMs: number;
  /** The file's own word, undefined where the file has none. */
  readonly status: OrderStatus | undefined;
  /** Whether this is not an order but the cancellation of one. */
  readonly isCancellation: boolean;
  readonly currency: string;
  readonly country: string | undefined;
  readonly items: readonly OrderLine[];
}
