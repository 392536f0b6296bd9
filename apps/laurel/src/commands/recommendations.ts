import { readSettings } from '@laurel/service';
import { Command, InvalidArgumentError, Option } from 'commander';
import { LaurelApi } from '../api/laurel-api.js';
import { EXPORT_FORMATS, type ExportFormat } from '../recommendations/join-shards.js';
import { exportToFile } from '../recommendations/export-to-file.js';
import { Progress } from '../terminal/progress.js';
import { runCommand } from '../terminal/run-command.js';
import { wholeNumberFrom } from './whole-number.js';

/** Fetched at a time: some seconds' work, and what is fetched again after a cut. */
const SHARD_SIZE = 25_000;

interface ExportOptions {
  output: string;
  format: ExportFormat;
  first: number;
  category?: string[];
  exclude?: string[];
  priceMin?: number;
  priceMax?: number;
  includePurchased?: true;
  restart?: true;
  json?: true;
}

/** `laurel recommendations export` */
export function recommendationsCommand(): Command {
  const command = new Command('recommendations').description('the lists of all customers');
  command
    .command('export')
    .description("write every customer's recommendations into a file; goes on where it was when it was cut off")
    .requiredOption('--output <file>', 'where to write, with FILE.manifest.json beside it')
    .addOption(new Option('--format <format>', 'of the file').choices(EXPORT_FORMATS).default('ndjson'))
    .option('--first <n>', 'products in a list, up to 100', wholeNumberFrom(1), 5)
    .option('--category <name...>', 'only products of these categories')
    .option('--exclude <product...>', 'never these products')
    .option('--price-min <price>', 'lowest price', price)
    .option('--price-max <price>', 'highest price', price)
    .option('--include-purchased', 'also products that the customer bought before')
    .option('--restart', 'forget an export to this file that was not finished')
    .option('--json', 'print what was written as JSON on one line')
    .action((options: ExportOptions) =>
      runCommand(async () => {
        const progress = new Progress('Exporting');
        try {
          const report = await exportToFile({
            api: new LaurelApi(readSettings()),
            output: options.output,
            format: options.format,
            restart: options.restart ?? false,
            first: options.first,
            filter: filterOf(options),
            shardSize: SHARD_SIZE,
            onProgress: (done, all) =>
              progress.update(all === 0 ? 0 : Math.min(1, done / all), `${done} of ${all} customers`),
          });
          progress.stop();
          const { customers, models } = report;
          const made = models.map(({ name, version }) => `${name} ${version}`).join(', ') || 'no model yet';
          process.stdout.write(
            options.json ? `${JSON.stringify(report)}\n` : `${customers} customers, ${made}: ${options.output}\n`,
          );
        } finally {
          progress.stop();
        }
      }),
    );
  return command;
}

function filterOf({ category, exclude, priceMin, priceMax, includePurchased }: ExportOptions) {
  return {
    ...(category && { categories: category }),
    ...(exclude && { exclude_product_ids: exclude }),
    ...(priceMin !== undefined && { price_min: priceMin }),
    ...(priceMax !== undefined && { price_max: priceMax }),
    ...(includePurchased && { include_purchased: true }),
  };
}

function price(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('it must be a number from 0 up.');
}
