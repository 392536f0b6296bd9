import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { OrderFileError } from './order-file-error.js';
import {
  countRows,
  surveyCancellations,
  surveyDateOrder,
  surveyLastTimeMs,
  surveyProducts,
  surveySharedOrders,
} from './reading/file-survey.js';
import { openOrderFile, type OpenedOrderFile, type OrderFileOptions } from './reading/order-file.js';
import { streamOrders } from './reading/order-stream.js';
import { ImportRun } from './import-run.js';
import type { ImportReport } from './report/import-report.js';
import type { RowRecord } from './report/row-record.js';
import { isNoProduct } from './rules/not-a-product.js';
import type { OrderRules } from './rules/read-order.js';
import { readDecimal, type DecimalSign } from './values/decimal-number.js';
import { LocalClock } from './values/local-clock.js';
import { weeksInMs, weeksToMove } from './values/moved-dates.js';
import { readOrderTimeMs, type DateOrder } from './values/order-time.js';
import type { ShopSink } from './writing/shop-sink.js';

/** How to read a file of orders and what to make of it. */
export interface ImportOptions extends OrderFileOptions {
  /** The zone of times that name none; UTC when absent. */
  readonly timeZone?: string | undefined;
  /** For dates with the year last, where the file itself does not decide. */
  readonly dateOrder?: DateOrder | undefined;
  readonly decimalSign?: DecimalSign | undefined;
  /** The currency of orders that name none; EUR when absent. */
  readonly currency?: string | undefined;
  /** Codes that are no products, instead of the usual ones ({@link isNoProduct}); null lets every code be one. */
  readonly notAProduct?: RegExp | null | undefined;
  /** Moves all dates by whole weeks so that the last falls into the seven days before this time. */
  readonly moveDatesTo?: Date | undefined;
  readonly onProgress?: ((rowsDone: number, rowsTotal: number) => void) | undefined;
  /** Called for every row that was repaired or refused; rows of one order together. */
  readonly onRow?: ((record: RowRecord) => void | Promise<void>) | undefined;
}

/**
 * Reads a file of order lines and hands products, customers and orders to `sink`. Reading is streamed: memory holds one customer's orders
 * and the catalogue. The same file with the same options gives the same documents.
 *
 * @throws OrderFileError when the file as a whole cannot be read; single rows never stop an import, they are in the report.
 */
export async function importOrders(file: string, sink: ShopSink, options: ImportOptions = {}): Promise<ImportReport> {
  const spill = await mkdtemp(join(tmpdir(), 'laurel-import-'));
  const instance = await DuckDBInstance.create(':memory:', { temp_directory: spill, memory_limit: '512MB' });
  const db = await instance.connect();
  try {
    await db.run("SET TimeZone = 'UTC'");
    return await importFrom(db, file, sink, options);
  } finally {
    db.closeSync();
    instance.closeSync();
    await rm(spill, { recursive: true, force: true });
  }
}

async function importFrom(
  db: DuckDBConnection,
  file: string,
  sink: ShopSink,
  options: ImportOptions,
): Promise<ImportReport> {
  const opened = await openOrderFile(db, file, options);
  const readable = await countRows(db);
  checkRows(file, readable, opened);
  const { rules, weeks, assumed } = await rulesFor(db, file, options, opened);
  const products = await surveyProducts(db);
  const run = new ImportRun(rules, sink, options, { readable, unreadableRows: opened.unreadableRows });
  await run.unreadable();
  for await (const rows of streamOrders(db, products, opened.rowNumber)) await run.order(rows);
  const counted = await run.finish(products);
  return { file, format: opened.format, columns: opened.columns, assumed, ...counted, movedByWeeks: weeks };
}

function checkRows(file: string, readable: number, { unreadableRows }: OpenedOrderFile): void {
  if (readable === 0 && unreadableRows.length === 0) {
    throw new OrderFileError(
      file,
      'the file has columns but no rows',
      'A file with at least one order line is expected',
    );
  }
  if (unreadableRows.length > readable) {
    throw new OrderFileError(
      file,
      `${unreadableRows.length} of ${readable + unreadableRows.length} rows do not have the columns of the first line, row ${unreadableRows[0] ?? 1} first`,
      'Check the delimiter and the quotes; --delimiter names one',
    );
  }
}

async function rulesFor(
  db: DuckDBConnection,
  file: string,
  options: ImportOptions,
  { columns }: OpenedOrderFile,
): Promise<{ readonly rules: OrderRules; readonly weeks: number; readonly assumed: readonly string[] }> {
  const assumed: string[] = [];
  const clock = new LocalClock(options.timeZone);
  if (options.timeZone === undefined) assumed.push('times without a zone are UTC');
  const found = await surveyDateOrder(db);
  if (options.dateOrder === undefined && (found === 'undecided' || found === 'mixed')) {
    throw new OrderFileError(
      file,
      found === 'mixed'
        ? 'its dates put the day first in some rows and the month first in others'
        : 'its dates can be read day first or month first',
      'Say which with --date-order day-first or month-first',
    );
  }
  const dateOrder = options.dateOrder ?? (found === 'month-first' ? 'month-first' : 'day-first');
  if (found !== undefined && options.dateOrder === undefined) assumed.push(`dates are ${dateOrder}`);
  const defaultCurrency = options.currency ?? 'EUR';
  if (options.currency === undefined && columns.currency === undefined) assumed.push('prices are in EUR');
  const readAsIs = (text: string | null): number => readOrderTimeMs(text, clock, dateOrder);
  const lastMs = options.moveDatesTo ? await surveyLastTimeMs(db, readAsIs) : NaN;
  const weeks = options.moveDatesTo && Number.isFinite(lastMs) ? weeksToMove(lastMs, options.moveDatesTo.getTime()) : 0;
  const movedMs = weeksInMs(weeks);
  const cancellationsMarked = await surveyCancellations(db);
  if (cancellationsMarked) assumed.push('order numbers of the form C + digits are cancellations');
  const shared = await surveySharedOrders(db);
  const rules: OrderRules = {
    isProduct: productRule(options.notAProduct),
    isCancellation: id => cancellationsMarked && /^C\d/.test(id),
    customerOf: id => shared.get(id),
    readTimeMs: remembering(text => readAsIs(text) + movedMs),
    readNumber: value => readDecimal(value, options.decimalSign),
    defaultCurrency,
  };
  return { rules, weeks, assumed };
}

function productRule(notAProduct: RegExp | null | undefined): (id: string) => boolean {
  if (notAProduct === undefined) return id => !isNoProduct(id);
  return id => notAProduct === null || !notAProduct.test(id);
}

function remembering(read: (text: string | null) => number): (text: string | null) => number {
  let lastText: string | null = null;
  let lastValue = NaN;
  return text => {
    if (text === null || text !== lastText) [lastText, lastValue] = [text, read(text)];
    return lastValue;
  };
}
