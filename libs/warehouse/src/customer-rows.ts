import { z } from 'zod';
import { CUSTOMER_COLUMN } from './changelog/customer-column.js';
import type { Model } from './model-runner/model.js';
import type { QueryParams } from './query-params.js';

/** The rows of one customer in one table. */
export interface CustomerRows {
  readonly table: string;
  readonly rows: readonly Record<string, unknown>[];
}

/** How many rows of one customer were removed from one table. */
export interface RemovedRows {
  readonly table: string;
  readonly rows: number;
}

/** What each warehouse does in its own way. */
export interface CustomerRowsDialect {
  query<T>(sql: string, row: z.ZodType<T>, params: QueryParams): Promise<T[]>;
  run(sql: string, params: QueryParams): Promise<void>;
  /** A relation of the dataset's columns with `table_name` and `column_name`, to go after FROM. */
  readonly columns: string;
}

interface CustomerTable {
  readonly name: string;
  readonly condition: string;
}

const columnSchema = z.object({ table_name: z.string(), column_name: z.string() });
const countSchema = z.object({ n: z.number() });
const rowSchema = z.record(z.string(), z.unknown());

const CHANGELOGS: readonly CustomerTable[] = [
  { name: 'customers_changelog', condition: `${CUSTOMER_COLUMN.customers} = @customer` },
  { name: 'orders_changelog', condition: ownVersions('orders_changelog', CUSTOMER_COLUMN.orders) },
  { name: 'events_changelog', condition: ownVersions('events_changelog', CUSTOMER_COLUMN.events) },
  { name: 'feedback_changelog', condition: `${CUSTOMER_COLUMN.feedback} = @customer` },
];

/** Lines do not name the customer; they go before the orders that do. */
const ORDER_LINES: CustomerTable = {
  name: 'int_order_lines',
  condition: 'order_id IN (SELECT order_id FROM laurel.int_orders WHERE customer_id = @customer)',
};

/** Every row of a customer in the changelogs and in the tables built from them. */
export async function findCustomerRows(
  dialect: CustomerRowsDialect,
  models: readonly Model[],
  customer: string,
): Promise<CustomerRows[]> {
  const found: CustomerRows[] = [];
  for (const { name, condition } of await customerTables(dialect, models)) {
    const rows = await dialect.query(`SELECT * FROM laurel.${name} WHERE ${condition}`, rowSchema, { customer });
    if (rows.length > 0) found.push({ table: name, rows });
  }
  return found;
}

/** Removes every row of a customer; says where any were. */
export async function removeCustomerRows(
  dialect: CustomerRowsDialect,
  models: readonly Model[],
  customer: string,
): Promise<RemovedRows[]> {
  const removed: RemovedRows[] = [];
  for (const { name, condition } of await customerTables(dialect, models)) {
    const [counted] = await dialect.query(`SELECT COUNT(*) AS n FROM laurel.${name} WHERE ${condition}`, countSchema, {
      customer,
    });
    if (!counted || counted.n === 0) continue;
    await dialect.run(`DELETE FROM laurel.${name} WHERE ${condition}`, { customer });
    removed.push({ table: name, rows: counted.n });
  }
  return removed;
}

async function customerTables(dialect: CustomerRowsDialect, models: readonly Model[]): Promise<CustomerTable[]> {
  const tables = new Set(models.filter(model => model.materialization === 'table').map(model => model.name));
  const columns = await dialect.query(
    `SELECT table_name, column_name FROM ${dialect.columns} WHERE column_name IN ('customer_id', 'user_pseudo_id', 'order_id')`,
    columnSchema,
    {},
  );
  const built = columns.filter(({ table_name }) => tables.has(table_name));
  const own = built
    .filter(({ column_name }) => column_name !== 'order_id')
    .map(({ table_name, column_name }) => ({ name: table_name, condition: `${column_name} = @customer` }));
  const lines = [ORDER_LINES].filter(
    ({ name }) =>
      built.some(({ table_name }) => table_name === name) && own.some(({ name: table }) => table === 'int_orders'),
  );
  return [...CHANGELOGS, ...lines, ...own.sort((a, b) => (a.name < b.name ? -1 : 1))];
}

/**
 * The versions of documents that name the customer, and that such a document was deleted. One that passed to somebody else keeps its later
 * versions.
 */
function ownVersions(table: string, owner: string): string {
  const keys = (comparison: string) => `SELECT _key FROM laurel.${table} WHERE ${owner} ${comparison} @customer`;
  return `${owner} = @customer OR (${owner} IS NULL AND _key IN (${keys('=')}) AND _key NOT IN (${keys('<>')}))`;
}
