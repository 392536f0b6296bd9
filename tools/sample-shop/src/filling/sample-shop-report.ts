import type { ImportReport } from '@laurel/order-import';
import type { ShopCollection } from '@laurel/shop';
import type { SampleShopState } from './sample-marker.js';

/** What a filling did. `orders` is the report on the real orders, null when the shop was filled already. */
export interface SampleShopReport {
  /** The state before the filling. */
  readonly state: SampleShopState;
  readonly seed: string;
  readonly now: Date;
  /** Documents this run inserted. */
  readonly inserted: Readonly<Record<ShopCollection, number>>;
  /** Documents the sample consists of, 0 each when nothing had to be done. */
  readonly documents: Readonly<Record<ShopCollection, number>>;
  readonly orders: ImportReport | null;
  readonly elapsedMs: number;
}
