import type { HistoryItem } from '@laurel/learning';
import { keepNewest } from '../columns/keep-newest.js';
import type { PlacedModel } from '../models/placed-model.js';
import type { ShopState } from '../read-model/shop-state.js';
import type { ModelGrounds } from '../reasons/model-grounds.js';
import { type CustomerHistory, customerHistory } from './past-product.js';

/** What one customer's list is made from, the context of the request left out. */
export interface KnownHistory extends CustomerHistory {
  /** What the model that serves the customer knows of it; empty without a model. */
  readonly items: readonly HistoryItem[];
  /** Everything bought, each product once. */
  readonly purchased: Int32Array;
  /** Why the model recommends a product, filled as reasons are asked for. */
  readonly grounds: Map<number, ModelGrounds | undefined>;
}

interface Entry extends KnownHistory {
  placed: PlacedModel | undefined;
  ordersRevision: number;
  recentStamp: object | undefined;
}

const NO_CONTEXT = { recent: [], cart: [] };

/**
 * What customers bought, have in the cart and looked at, read once for as long as neither their orders nor their recent products nor the model
 * change, and nothing of it grows too old. Holds the `capacity` customers asked about last.
 */
export class CustomerHistories {
  private readonly entries = new Map<number, Entry>();

  constructor(
    private readonly state: ShopState,
    private readonly capacity = 5000,
  ) {}

  of(customer: number, placed: PlacedModel | undefined): KnownHistory {
    const known = this.entries.get(customer);
    const entry = known && this.holds(customer, known, placed) ? known : this.read(customer, placed);
    keepNewest(this.entries, customer, entry, this.capacity);
    return entry;
  }

  private holds(customer: number, entry: Entry, placed: PlacedModel | undefined): boolean {
    const { orders, recent, nowMs } = this.state;
    return (
      entry.placed === placed &&
      entry.ordersRevision === orders.revisionOf(customer) &&
      entry.recentStamp === recent.stampOf(customer) &&
      nowMs() < entry.validUntilMs
    );
  }

  private read(customer: number, placed: PlacedModel | undefined): Entry {
    const { state } = this;
    const history = customerHistory(state, customer, NO_CONTEXT);
    const purchased = new Set<number>();
    state.orders.eachPurchase(customer, product => void purchased.add(product));
    return {
      ...history,
      items: placed?.history(history.past) ?? [],
      purchased: Int32Array.from(purchased),
      grounds: new Map(),
      placed,
      ordersRevision: state.orders.revisionOf(customer),
      recentStamp: state.recent.stampOf(customer),
    };
  }
}
