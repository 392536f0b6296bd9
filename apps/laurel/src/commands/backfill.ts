import type { BackfillReport } from '@laurel/events-ingester';
import { readSettings, SettingsError, type Settings } from '@laurel/service';
import { Command } from 'commander';
import { Progress } from '../terminal/progress.js';
import { runCommand } from '../terminal/run-command.js';

/** `laurel backfill`: what the log holds goes to BigQuery by load jobs. */
export function backfillCommand(): Command {
  return new Command('backfill')
    .description(
      'bring what the log already holds into an empty BigQuery dataset by load jobs, which cost nothing; before the processes that load are started',
    )
    .option('--json', 'print the counts as JSON')
    .action((options: { json?: boolean }) =>
      runCommand(async () => {
        const settings = readSettings();
        if (settings.warehouse === 'duckdb') {
          throw new SettingsError([
            'WAREHOUSE="duckdb" is not usable with "laurel backfill": "laurel serve" loads into DuckDB as fast. Allowed: bigquery',
          ]);
        }
        const report = await backfill(settings);
        if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
        else {
          const { stored, duplicates, deadLetters } = report;
          process.stdout.write(
            `${stored} changes stored, ${duplicates} had been sent twice, ${deadLetters} dead letters\n`,
          );
        }
      }),
    );
}

async function backfill(settings: Settings): Promise<BackfillReport> {
  const { ErasedCustomers, openTransport, Topics } = await import('@laurel/change-log');
  const { MongoClient } = await import('mongodb');
  const { backfillWarehouse } = await import('@laurel/events-ingester');
  const { createLogger } = await import('@laurel/service');
  const { openWarehouse } = await import('@laurel/warehouse');
  const logger = createLogger({ ...settings, logLevel: 'warn' });
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new Error('interrupted; the next backfill goes on from here')));
  const transport = await openTransport(settings, logger);
  const mongo = new MongoClient(settings.mongodbUri);
  const progress = new Progress('backfill');
  try {
    const warehouse = await openWarehouse(settings);
    try {
      return await backfillWarehouse({
        transport,
        warehouse,
        logger,
        signal: interrupted.signal,
        erased: new ErasedCustomers(mongo.db(settings.laurelDatabase)),
        topics: new Topics(settings.topicPrefix, settings.shopDatabase),
        onProgress: (done, total) => progress.update(total === 0 ? 1 : done / total, `${done} of ${total} messages`),
      });
    } finally {
      await warehouse.close();
    }
  } finally {
    progress.stop();
    await mongo.close();
    await transport.close();
  }
}
