import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnMapping, OrderColumn } from '../columns/order-columns.js';
import { resolveColumns } from '../columns/resolve-columns.js';
import { OrderFileError } from '../order-file-error.js';
import { identifier, literal } from './duckdb-text.js';
import { findDelimiter, headerFields } from './csv-header.js';
import { readFileStart, type FileEncoding, type FileFormat } from './file-format.js';
import { rowNumbersWithout } from './rejected-rows.js';
import { sourceSelect } from './source-relation.js';
import { describe, wholeNumbers } from './query.js';

/** How to read a file of order lines. */
export interface OrderFileOptions {
  readonly columns?: Readonly<Partial<Record<OrderColumn, string>>> | undefined;
  readonly delimiter?: string | undefined;
  readonly encoding?: FileEncoding | undefined;
}

/** A file brought into the table `source` of a DuckDB connection (see {@link sourceSelect}), in the file's order. */
export interface OpenedOrderFile {
  readonly format: FileFormat;
  readonly columns: ColumnMapping;
  /** Rows that do not have the form of the others, by number. */
  readonly unreadableRows: readonly number[];
  /** The file's row number of the n-th row of `source`, both from 1. */
  readonly rowNumber: (nth: number) => number;
}

/**
 * Opens a CSV, Parquet or NDJSON file as `source`.
 *
 * @throws OrderFileError when the file cannot be read as orders at all.
 */
export async function openOrderFile(
  db: DuckDBConnection,
  file: string,
  options: OrderFileOptions,
): Promise<OpenedOrderFile> {
  const encoding = options.encoding ?? 'utf-8';
  const { format, head } = await readFileStart(file, encoding);
  try {
    if (format === 'parquet') return await openParquet(db, file, options);
    if (format === 'ndjson') return await openNdjson(db, file, options, encoding);
    return await openCsv(db, file, options, encoding, head);
  } catch (error) {
    if (error instanceof OrderFileError || !(error instanceof Error)) throw error;
    if (/unicode|not utf-8 encoded|encoding/i.test(error.message)) throw encodingError(file, encoding);
    throw new OrderFileError(
      file,
      `the file cannot be read as ${format}: ${error.message.split('\n')[0] ?? ''}`,
      'Check that it is complete',
    );
  }
}

async function openParquet(db: DuckDBConnection, file: string, options: OrderFileOptions): Promise<OpenedOrderFile> {
  const scan = `read_parquet(${literal(file)})`;
  const header = await describe(db, `FROM ${scan}`);
  const columns = resolveColumns(
    file,
    header.map(({ name }) => name),
    options.columns ?? {},
  );
  await db.run(`CREATE TEMP TABLE source AS ${sourceSelect(scan, header, columns, identifier)}`);
  return { format: 'parquet', columns, unreadableRows: [], rowNumber: nth => nth };
}

async function openCsv(
  db: DuckDBConnection,
  file: string,
  options: OrderFileOptions,
  encoding: FileEncoding,
  head: string,
): Promise<OpenedOrderFile> {
  const delimiter = findDelimiter(file, head, options.delimiter);
  const names = headerFields(head, delimiter).map((name, index) => name.trim() || `column ${index + 1}`);
  const columns = resolveColumns(file, names, options.columns ?? {});
  const doubled = names.find((name, index) => names.indexOf(name) !== index);
  if (doubled !== undefined)
    throw new OrderFileError(file, `two columns are called ${JSON.stringify(doubled)}`, 'Rename one');
  const header = names.map(name => ({ name, type: 'VARCHAR' }));
  const types = names.map(name => `${literal(name)}: 'VARCHAR'`).join(', ');
  const scan = `read_csv(${literal(file)}, auto_detect = false, header = true, delim = ${literal(delimiter)}, quote = '"', escape = '"',
      columns = {${types}}, encoding = ${literal(encoding)}, store_rejects = true)`;
  await db.run(`CREATE TEMP TABLE source AS ${sourceSelect(scan, header, columns, identifier)}`);
  const badEncoding = await wholeNumbers(
    db,
    `SELECT line FROM reject_errors WHERE error_type::VARCHAR ILIKE '%ENCODING%' LIMIT 1`,
  );
  if (badEncoding.length > 0) throw encodingError(file, encoding);
  const unreadableRows = await wholeNumbers(db, 'SELECT DISTINCT line - 1 FROM reject_errors ORDER BY 1');
  return { format: 'csv', columns, unreadableRows, rowNumber: rowNumbersWithout(unreadableRows) };
}

async function openNdjson(
  db: DuckDBConnection,
  file: string,
  options: OrderFileOptions,
  encoding: FileEncoding,
): Promise<OpenedOrderFile> {
  await db.run(
    `CREATE TEMP TABLE rows AS SELECT line, CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END AS readable
       FROM read_csv(${literal(file)}, auto_detect = false, header = false, delim = '\u0001', quote = '', escape = '', columns = {'line': 'VARCHAR'}, encoding = ${literal(encoding)})`,
  );
  const keys = await db.runAndReadAll(
    'SELECT DISTINCT unnest(json_keys(line)) AS key FROM (SELECT line FROM rows WHERE readable LIMIT 10000) ORDER BY 1',
  );
  const header = keys.getColumns()[0]?.map(name => ({ name: String(name), type: 'VARCHAR' })) ?? [];
  if (header.length === 0)
    throw new OrderFileError(file, 'no line is a JSON object', 'One JSON object a line is expected');
  const columns = resolveColumns(
    file,
    header.map(({ name }) => name),
    options.columns ?? {},
  );
  const unreadableRows = await wholeNumbers(
    db,
    'SELECT rowid + 1 FROM rows WHERE line IS NOT NULL AND NOT readable ORDER BY 1',
  );
  const skipped = await wholeNumbers(db, 'SELECT rowid + 1 FROM rows WHERE readable IS NOT true ORDER BY 1');
  const field = (name: string): string => `json_extract_string(line, ${literal(`$."${name.replaceAll('"', '\\"')}"`)})`;
  await db.run(
    `CREATE TEMP TABLE source AS ${sourceSelect('(SELECT line FROM rows WHERE readable)', header, columns, field)}`,
  );
  await db.run('DROP TABLE rows');
  return { format: 'ndjson', columns, unreadableRows, rowNumber: rowNumbersWithout(skipped) };
}

function encodingError(file: string, encoding: FileEncoding): OrderFileError {
  return new OrderFileError(
    file,
    `the file is not encoded in ${encoding.toUpperCase()}`,
    'Allowed with --encoding are utf-8, utf-16 and latin-1',
  );
}
