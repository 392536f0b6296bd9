import type { Order } from '@laurel/shop';

/** A visit to simulate. `endMs` is the time of its last event; a visit with an order ends with its purchase. */
export interface PlannedSession {
  readonly customerId: string;
  readonly endMs: number;
  readonly order: Order | undefined;
}
