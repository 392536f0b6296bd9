import {
  importOrders,
  MongoShopWriter,
  NO_SINK,
  ORDER_COLUMNS,
  RowReportFile,
  type DateOrder,
  type FileEncoding,
  type ImportOptions,
  type ImportReport,
  type OrderColumn,
  type WriteCounts,
} from '@laurel/order-import';
import { fillSampleShop, SAMPLE_ORDERS } from '@laurel/sample-shop';
import { readSettings } from '@laurel/service';
import { Command, InvalidArgumentError, Option } from 'commander';
import { MongoClient } from 'mongodb';
import pc from 'picocolors';
import { Progress } from '../terminal/progress.js';
import { runCommand } from '../terminal/run-command.js';
import { table } from '../terminal/table.js';

const DAY_MS = 24 * 3_600_000;

type NamedColumns = Partial<Record<OrderColumn, string>>;

interface Options {
  readonly column: NamedColumns;
  readonly mongodbUri?: string;
  readonly database?: string;
  readonly dryRun?: boolean;
  readonly report?: string;
  readonly json?: boolean;
  readonly delimiter?: string;
  readonly encoding?: FileEncoding;
  readonly timezone?: string;
  readonly dateOrder?: DateOrder;
  readonly decimalComma?: boolean;
  readonly currency?: string;
  readonly notAProduct?: RegExp;
  readonly allCodes?: boolean;
  readonly moveDates?: boolean;
}

type Written = Readonly<Record<string, WriteCounts>> | null;

/** `laurel import FILE` */
export function importCommand(): Command {
  return new Command('import')
    .description(
      "take a file of order lines into the shop's MongoDB: products, customers, orders; importing it again changes nothing",
    )
    .argument('<file>', 'a CSV, Parquet or NDJSON file, one order line a row; or "sample" for the sample shop')
    .option(
      '--column <key=name>',
      `which column is what: ${ORDER_COLUMNS.join(', ')}; repeat for several`,
      namedColumn,
      {},
    )
    .option('--mongodb-uri <uri>', 'where the shop is (default: MONGODB_URI)')
    .option('--database <name>', "the shop's database (default: SHOP_DATABASE)")
    .option('--dry-run', 'read and report, write nothing')
    .option('--report <file>', 'write every repaired or refused row to this file, as NDJSON')
    .option('--json', 'print the report as JSON')
    .option(
      '--delimiter <sign>',
      'what separates the columns of a CSV file; "tab" for tabs (default: found)',
      delimiter,
    )
    .addOption(new Option('--encoding <name>', 'how the file is encoded').choices(['utf-8', 'utf-16', 'latin-1']))
    .option('--timezone <zone>', 'the zone of times that name none, such as Europe/London (default: UTC)')
    .addOption(new Option('--date-order <order>', 'how to read 1/2/2026').choices(['day-first', 'month-first']))
    .option('--decimal-comma', 'numbers are written 2,55')
    .option('--currency <code>', 'the currency of orders that name none (default: EUR)', currency)
    .option(
      '--not-a-product <pattern>',
      'codes that are no products, as a regular expression instead of the usual list',
      pattern,
    )
    .option('--all-codes', 'take every code for a product')
    .option('--move-dates', 'move all dates by whole weeks, so that the last order falls into the last seven days')
    .action((file: string, options: Options) => runCommand(() => run(file, options)));
}

async function run(file: string, options: Options): Promise<void> {
  const settings = readSettings({
    ...process.env,
    ...(options.mongodbUri && { MONGODB_URI: options.mongodbUri }),
    ...(options.database && { SHOP_DATABASE: options.database }),
  });
  const progress = new Progress('import');
  const rows = options.report === undefined ? undefined : await RowReportFile.create(options.report);
  const update = (done: number, total: number): void => progress.update(done / total, 'order lines');
  try {
    if (file === 'sample' && !options.dryRun) {
      await withShop(settings.mongodbUri, async () => undefined);
      const filled = await fillSampleShop({
        mongodbUri: settings.mongodbUri,
        database: settings.shopDatabase,
        onProgress: (done, stage) => progress.update(done, stage),
        onRow: rows && (row => rows.add(row)),
      });
      progress.stop();
      if (options.json) process.stdout.write(`${JSON.stringify(filled)}\n`);
      else if (filled.orders) show(filled.orders, null, settings.featureWindowDays);
      else process.stdout.write('The sample shop is there already; nothing was changed.\n');
      if (filled.orders && !options.json)
        process.stdout.write('Visits, contact data, consent and stock are simulated and marked so.\n');
      return;
    }
    const importOptions = {
      ...readingOptions(file, options),
      onProgress: update,
      onRow: rows && (row => rows.add(row)),
    } satisfies ImportOptions;
    const source = file === 'sample' ? SAMPLE_ORDERS : file;
    const { report, written } = options.dryRun
      ? { report: await importOrders(source, NO_SINK, importOptions), written: null }
      : await withShop(settings.mongodbUri, async client => {
          const writer = new MongoShopWriter(client.db(settings.shopDatabase));
          return { report: await importOrders(source, writer, importOptions), written: writer.counts };
        });
    progress.stop();
    if (options.json) process.stdout.write(`${JSON.stringify({ ...report, written })}\n`);
    else show(report, written, settings.featureWindowDays);
  } finally {
    progress.stop();
    await rows?.close();
  }
}

function readingOptions(file: string, options: Options): ImportOptions {
  if (file === 'sample') return { currency: 'GBP', timeZone: 'UTC', moveDatesTo: new Date() };
  return {
    columns: options.column,
    delimiter: options.delimiter,
    encoding: options.encoding,
    timeZone: options.timezone,
    dateOrder: options.dateOrder,
    decimalSign: options.decimalComma ? ',' : '.',
    currency: options.currency,
    notAProduct: options.allCodes ? null : options.notAProduct,
    moveDatesTo: options.moveDates ? new Date() : undefined,
  };
}

async function withShop<T>(uri: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 5000 });
  try {
    await client.connect().catch((cause: unknown) => {
      const where = client.options.hosts.join(', ');
      throw new Error(`no MongoDB answers at ${where}: start one with npm start, or name yours with --mongodb-uri`, {
        cause,
      });
    });
    return await work(client);
  } finally {
    await client.close();
  }
}

function show(report: ImportReport, written: Written, windowDays: number): void {
  const columns = Object.entries(report.columns).map(([key, name]) => `${key} = ${JSON.stringify(name)}`);
  const lines = [
    `${report.file} (${report.format})`,
    `columns: ${columns.join(', ')}`,
    ...(report.assumed.length > 0 ? [`assumed: ${report.assumed.join('; ')}`] : []),
    '',
    table(['rows', 'kept', 'repaired', 'refused'], [[report.rows, report.kept, report.repaired, report.refused]]),
    '',
    table(
      ['class', 'outcome', 'rows with it', 'decided by it', 'why', 'rows, for example'],
      report.classes.map(entry => [
        entry.class,
        entry.outcome,
        entry.rows,
        entry.decided,
        entry.why,
        entry.examples.map(({ row }) => row).join(', '),
      ]),
    ),
    '',
    table(['', 'documents', ...(written ? ['inserted', 'changed', 'unchanged'] : [])], documentRows(report, written)),
    '',
    `orders from ${report.firstOrderAt ?? '–'} to ${report.lastOrderAt ?? '–'}${report.movedByWeeks === 0 ? '' : `, moved by ${report.movedByWeeks} weeks`}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  const ageDays = report.lastOrderAt === null ? 0 : (Date.now() - Date.parse(report.lastOrderAt)) / DAY_MS;
  if (ageDays > windowDays) {
    const advice =
      'every customer will be Bronze. --move-dates moves them up to today, FEATURE_WINDOW_DAYS widens the window';
    process.stdout.write(
      `${pc.yellow('warning:')} all orders are older than the ${windowDays} days that tiers look at: ${advice}.\n`,
    );
  }
}

function documentRows(report: ImportReport, written: Written): readonly (readonly (string | number)[])[] {
  return (['products', 'customers', 'orders'] as const).map(name => {
    const label = name === 'orders' ? `orders (${report.documents.cancelledOrders} cancelled)` : name;
    const counts = written?.[name];
    return [label, report.documents[name], ...(counts ? [counts.inserted, counts.changed, counts.unchanged] : [])];
  });
}

function namedColumn(argument: string, earlier: NamedColumns): NamedColumns {
  const [key = '', ...name] = argument.split('=');
  const column = ORDER_COLUMNS.find(known => known === key);
  if (!column || name.length === 0)
    throw new InvalidArgumentError(`KEY=NAME was expected, KEY one of ${ORDER_COLUMNS.join(', ')}.`);
  return { ...earlier, [column]: name.join('=') };
}

function delimiter(sign: string): string {
  if (sign === 'tab' || sign === '\\t') return '\t';
  if (sign.length === 1) return sign;
  throw new InvalidArgumentError('A single sign or "tab" was expected.');
}

function currency(code: string): string {
  if (/^[A-Z]{3}$/.test(code)) return code;
  throw new InvalidArgumentError('A code of three capitals was expected, such as EUR.');
}

function pattern(source: string): RegExp {
  try {
    return new RegExp(source, 'i');
  } catch {
    throw new InvalidArgumentError('A regular expression was expected.');
  }
}
