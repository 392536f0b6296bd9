import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readSettings } from '@laurel/service';
import { Command } from 'commander';
import { z } from 'zod';
import { LaurelApi } from '../api/laurel-api.js';
import { runCommand } from '../terminal/run-command.js';
import { listCommand } from './list-command.js';

const audiencesSchema = z.object({ audiences: z.array(z.looseObject({ id: z.string(), name: z.string() })) });

/** `laurel audiences list|export` */
export function audiencesCommand(): Command {
  const command = new Command('audiences').description('saved audiences and their export files');
  command.addCommand(
    listCommand({
      description: 'the saved audiences',
      path: '/v1/audiences',
      schema: audiencesSchema,
      headings: ['id', 'name'],
      rows: ({ audiences }) => audiences.map(({ id, name }) => [id, name]),
      none: 'No audience yet: save one in the dashboard, or by POST /v1/audiences',
    }),
  );
  command
    .command('export')
    .description('write an audience as a file for its destination; consent is applied')
    .argument('<audience>', 'its id')
    .option(
      '--format <format>',
      'google-customer-match | meta | klaviyo | mailchimp | ga4-user-import | csv | ndjson',
      'csv',
    )
    .option('--top <n>', 'add the top N recommendations of each member')
    .option('--output <file>', 'where to write (default: standard output)')
    .action((audience: string, options: { format: string; top?: string; output?: string }) =>
      runCommand(async () => {
        const query = new URLSearchParams({ format: options.format, ...(options.top && { top: options.top }) });
        const path = `/v1/audiences/${encodeURIComponent(audience)}/export?${query}`;
        const response = await new LaurelApi(readSettings()).send('clustering-service', 'GET', path);
        const body = Readable.fromWeb(response.body ?? new ReadableStream());
        if (options.output === undefined) await pipeline(body, process.stdout, { end: false });
        else await pipeline(body, createWriteStream(options.output));
        for (const [name, value] of response.headers) {
          if (name.startsWith('laurel-')) process.stderr.write(`${name.slice(7).replaceAll('-', ' ')}: ${value}\n`);
        }
      }),
    );
  return command;
}
