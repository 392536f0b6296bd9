import type { Customer } from '@laurel/shop';
import { settleCancellations, type SettledOrder } from './cancellations/settle-cancellations.js';
import { ProductCatalogue } from './product-catalogue.js';
import type { SurveyedProduct } from './reading/file-survey.js';
import type { ImportReport } from './report/import-report.js';
import { exampleOf, type RowRecord } from './report/row-record.js';
import { RowTally } from './report/row-tally.js';
import type { OrderDraft } from './rules/order-draft.js';
import type { OrderRows } from './rules/order-rows.js';
import { readOrder, type OrderRules } from './rules/read-order.js';
import { Batches } from './writing/batches.js';
import type { ShopSink } from './writing/shop-sink.js';

interface Watchers {
  readonly onProgress?: ((rowsDone: number, rowsTotal: number) => void) | undefined;
  readonly onRow?: ((record: RowRecord) => void | Promise<void>) | undefined;
}

interface RowsToCome {
  readonly readable: number;
  readonly unreadableRows: readonly number[];
}

/** One pass over a file: takes the rows of each order, hands documents on, counts. Orders of one customer must follow each other. */
export class ImportRun {
  readonly #tally = new RowTally();
  readonly #catalogue = new ProductCatalogue();
  readonly #orders: Batches<SettledOrder>;
  readonly #customers: Batches<Customer>;
  readonly #documents = { products: 0, customers: 0, orders: 0, cancelledOrders: 0 };
  #drafts: OrderDraft[] = [];
  #rowsDone = 0;
  #firstMs = Infinity;
  #lastMs = -Infinity;

  constructor(
    readonly rules: OrderRules,
    readonly sink: ShopSink,
    readonly watchers: Watchers,
    readonly rows: RowsToCome,
  ) {
    this.#orders = new Batches(batch => sink.orders(batch));
    this.#customers = new Batches(batch => sink.customers(batch));
  }

  /** Counts the rows that could not be read at all. */
  async unreadable(): Promise<void> {
    const nothing = {
      order: null,
      product: null,
      name: null,
      quantity: null,
      price: null,
      customer: null,
      placedAt: null,
    };
    for (const row of this.rows.unreadableRows) {
      this.#tally.add(row, ['unreadable-row'], () => ({ row, ...nothing }));
      await this.watchers.onRow?.({ row, ...nothing, outcome: 'refused', classes: ['unreadable-row'] });
    }
    this.#progress(this.rows.unreadableRows.length);
  }

  /** Takes the rows of the next order. */
  async order(rows: OrderRows): Promise<void> {
    const { draft, judged } = readOrder(rows, this.rules);
    for (const { row, faults } of judged) {
      const outcome = this.#tally.add(row.row, faults, () => exampleOf(row, rows.order, rows.customer));
      if (outcome === 'kept' || !this.watchers.onRow) continue;
      await this.watchers.onRow({ ...exampleOf(row, rows.order, rows.customer), outcome, classes: faults });
    }
    if (draft) {
      if (this.#drafts[0] && this.#drafts[0].customerId !== draft.customerId) await this.#settle();
      this.#drafts.push(draft);
    }
    this.#progress(judged.length);
  }

  /** Hands on what is left and the products, and tells what was counted. */
  async finish(
    surveyed: readonly SurveyedProduct[],
  ): Promise<Omit<ImportReport, 'file' | 'format' | 'columns' | 'assumed' | 'movedByWeeks'>> {
    await this.#settle();
    await this.#orders.flush();
    await this.#customers.flush();
    const products = new Batches((batch: Parameters<ShopSink['products']>[0]) => this.sink.products(batch));
    for (const product of this.#catalogue.products(surveyed)) {
      this.#documents.products++;
      await products.add(product);
    }
    await products.flush();
    return {
      rows: this.#rowsDone,
      ...this.#tally.outcomes,
      classes: this.#tally.classes(),
      documents: this.#documents,
      firstOrderAt: this.#firstMs === Infinity ? null : new Date(this.#firstMs).toISOString(),
      lastOrderAt: this.#lastMs === -Infinity ? null : new Date(this.#lastMs).toISOString(),
    };
  }

  async #settle(): Promise<void> {
    const [first] = this.#drafts;
    if (!first) return;
    const settled = settleCancellations(this.#drafts);
    for (const entry of settled) {
      this.#catalogue.add(entry.order);
      this.#documents.orders++;
      if (entry.order.status === 'cancelled') this.#documents.cancelledOrders++;
      this.#firstMs = Math.min(this.#firstMs, entry.order.placedAt.getTime());
      this.#lastMs = Math.max(this.#lastMs, entry.order.placedAt.getTime());
      await this.#orders.add(entry);
    }
    this.#documents.customers++;
    await this.#customers.add(customerOf(this.#drafts));
    this.#drafts = [];
  }

  #progress(rows: number): void {
    const before = this.#rowsDone;
    this.#rowsDone += rows;
    const total = this.rows.readable + this.rows.unreadableRows.length;
    const stepped = Math.floor(before / 5000) !== Math.floor(this.#rowsDone / 5000) || this.#rowsDone === total;
    if (stepped) this.watchers.onProgress?.(this.#rowsDone, total);
  }
}

function customerOf(drafts: readonly OrderDraft[]): Customer {
  const inTime = [...drafts].sort((a, b) => a.placedAtMs - b.placedAtMs);
  const country = inTime.findLast(draft => draft.country !== undefined)?.country;
  return {
    _id: inTime[0]?.customerId ?? '',
    ...(country !== undefined && { country }),
    createdAt: new Date(inTime[0]?.placedAtMs ?? 0),
  };
}
