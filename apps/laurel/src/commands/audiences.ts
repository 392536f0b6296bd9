import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { readSettings } from '@laurel/service';
import { Command } from 'commander';
import { z } from 'zod';
import { LaurelApi } from '../api/laurel-api.js';
import { runCommand } from '../terminal/run-command.js';
import { listCommand } from './list-command.js';

const audiencesSchema = z.object({ audiences: z.array(z.looseObject({ id: z.string(), name: z.string() })) });

const manifestSchema = z.looseObject({
  id: z.string(),
  status: z.enum(['running', 'complete', 'failed']),
  reason: z.string().nullable(),
  counts: z.looseObject({ added: z.number(), changed: z.number(), removed: z.number() }),
  files: z.array(z.object({ name: z.string(), checksum_sha256: z.string() })),
});

const FORMATS = 'google-customer-match | meta | klaviyo | mailchimp | ga4-user-import | csv | ndjson';
const LOOK_EVERY_MS = 500;

/** `laurel audiences list|export|deliver` */
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
    .option('--format <format>', FORMATS, 'csv')
    .option('--top <n>', 'add the top N recommendations of each member, where the format has a place for them')
    .option('--output <file>', 'where to write, with FILE.manifest.json beside it (default: standard output)')
    .action((audience: string, options: { format: string; top?: string; output?: string }) =>
      runCommand(async () => {
        const query = new URLSearchParams({ format: options.format, ...(options.top && { top: options.top }) });
        const path = `/v1/audiences/${encodeURIComponent(audience)}/export?${query}`;
        const api = new LaurelApi(readSettings());
        const response = await api.send('clustering-service', 'GET', path);
        const body = Readable.fromWeb(response.body ?? new ReadableStream());
        if (options.output === undefined) await pipeline(body, process.stdout, { end: false });
        else {
          await pipeline(body, createWriteStream(options.output));
          const report = response.headers.get('laurel-export-report') ?? '';
          await writeJson(
            `${options.output}.manifest.json`,
            await api.json('clustering-service', 'GET', report, z.looseObject({})),
          );
        }
        for (const [name, value] of response.headers) {
          if (name.startsWith('laurel-')) process.stderr.write(`${name.slice(7).replaceAll('-', ' ')}: ${value}\n`);
        }
      }),
    );
  command
    .command('deliver')
    .description(
      'make a delivery and fetch its files: who came or changed since the one before, whom to remove, the manifest',
    )
    .argument('<audience>', 'its id')
    .requiredOption('--format <format>', FORMATS)
    .requiredOption('--output <folder>', 'where to write the files')
    .option('--full', 'everybody, not only what changed')
    .option('--top <n>', 'add the top N recommendations of each member, where the format has a place for them', Number)
    .option('--push <destination>', 'also push it to a destination of destinations.yaml')
    .action(
      (audience: string, options: { format: string; output: string; full?: boolean; top?: number; push?: string }) =>
        runCommand(async () => {
          const { format, output, full, top, push } = options;
          const api = new LaurelApi(readSettings());
          const path = `/v1/audiences/${encodeURIComponent(audience)}/deliveries`;
          const body = { format, mode: full ? 'full' : 'delta', top, push };
          let manifest = await api.json('clustering-service', 'POST', path, manifestSchema, { body });
          while (manifest.status === 'running') {
            await setTimeout(LOOK_EVERY_MS);
            manifest = await api.json('clustering-service', 'GET', `${path}/${manifest.id}`, manifestSchema);
          }
          if (manifest.status === 'failed') throw new Error(`The delivery failed: ${manifest.reason ?? ''}`);
          await mkdir(output, { recursive: true });
          for (const { name, checksum_sha256 } of manifest.files)
            await download(api, `${path}/${manifest.id}/files/${name}`, join(output, name), checksum_sha256);
          await writeJson(join(output, 'manifest.json'), manifest);
          const { added, changed, removed } = manifest.counts;
          process.stderr.write(`${added} added, ${changed} changed, ${removed} to remove: ${output}\n`);
        }),
    );
  return command;
}

async function download(api: LaurelApi, path: string, file: string, checksum: string): Promise<void> {
  const response = await api.send('clustering-service', 'GET', path);
  const digest = createHash('sha256');
  await pipeline(
    Readable.fromWeb(response.body ?? new ReadableStream()),
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        digest.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(file, { mode: 0o600 }),
  );
  if (digest.digest('hex') !== checksum)
    throw new Error(`${file} did not arrive as it was sent. Run the command again.`);
}

async function writeJson(file: string, value: object): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
}
