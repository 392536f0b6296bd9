import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readSettings } from '@laurel/service';
import { Command } from 'commander';
import { LaurelApi } from '../api/laurel-api.js';
import { runCommand } from '../terminal/run-command.js';

/** `laurel access CUSTOMER` */
export function accessCommand(): Command {
  return new Command('access')
    .description('write a copy of all that Laurel holds of a customer, as JSON')
    .argument('<customer>', "the customer's id")
    .option('--output <file>', 'where to write (default: standard output); made readable by its owner only')
    .action((customer: string, options: { output?: string }) =>
      runCommand(async () => {
        const path = `/v1/subjects/${encodeURIComponent(customer)}/data`;
        const headers = { prefer: 'wait=50' };
        const response = await new LaurelApi(readSettings()).send('clustering-service', 'GET', path, { headers });
        const body = Readable.fromWeb(response.body ?? new ReadableStream());
        if (options.output === undefined) await pipeline(body, process.stdout, { end: false });
        else await pipeline(body, createWriteStream(options.output, { mode: 0o600 }));
      }),
    );
}
