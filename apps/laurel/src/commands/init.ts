import { readSettings } from '@laurel/service';
import { Command, InvalidArgumentError } from 'commander';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { MongoClient } from 'mongodb';
import pc from 'picocolors';
import { inspectShop } from '../init/inspect-shop.js';
import { mappingText } from '../init/mapping-text.js';
import type { Proposal } from '../init/proposal.js';
import { tryOut } from '../init/trial.js';
import { Progress } from '../terminal/progress.js';
import { runCommand } from '../terminal/run-command.js';
import { table } from '../terminal/table.js';

const MAX_SAMPLE = 10_000;

interface Options {
  readonly mongodbUri?: string;
  readonly database?: string;
  readonly sample: number;
  readonly write?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `laurel init` */
export function initCommand(): Command {
  return new Command('init')
    .description(
      "look at a shop's database and propose the file that maps its collections and fields to Laurel's; reads only",
    )
    .option('--mongodb-uri <uri>', 'where the shop is (default: MONGODB_URI)')
    .option('--database <name>', "the shop's database (default: SHOP_DATABASE)")
    .option('--sample <documents>', 'how many documents of a collection to look at', sampleSize, 500)
    .option('--write <file>', 'write the proposal to this file instead of printing it')
    .option('--force', 'write over a file that is there')
    .option('--json', 'print the findings, and the file as text, as JSON')
    .action((options: Options) => runCommand(() => run(options)));
}

async function run(options: Options): Promise<void> {
  const settings = readSettings({
    ...process.env,
    ...(options.mongodbUri && { MONGODB_URI: options.mongodbUri }),
    ...(options.database && { SHOP_DATABASE: options.database }),
  });
  const { write, force = false } = options;
  if (write !== undefined && !force && existsSync(write)) throw new FileThereError(write);
  const { proposal, file } = await propose(settings.mongodbUri, settings.shopDatabase, options.sample);
  if (write !== undefined) await keep(write, file, force);
  if (options.json) process.stdout.write(`${JSON.stringify({ ...proposal, file, written: write ?? null })}\n`);
  else if (write === undefined) process.stdout.write(file);
  else show(proposal, write);
}

class FileThereError extends Error {
  override readonly name = 'FileThereError';
  constructor(file: string) {
    super(`${file} is there already. Name another file, or write over it with --force`);
  }
}

async function propose(uri: string, database: string, size: number): Promise<{ proposal: Proposal; file: string }> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 5000, readPreference: 'secondaryPreferred' });
  const progress = new Progress('init');
  try {
    await client.connect().catch((cause: unknown) => {
      throw new Error(`no MongoDB answers at ${client.options.hosts.join(', ')}: name yours with --mongodb-uri`, {
        cause,
      });
    });
    const { proposal, samples } = await inspectShop(client.db(database), {
      sampleSize: size,
      onProgress: (done, what) => progress.update(done, what),
    });
    if (samples.size === 0) throw await nothingThere(client, database);
    const guessed = mappingText(proposal);
    for (const each of proposal.collections) each.trial = tryOut(guessed, each, samples.get(each.from) ?? []);
    return { proposal, file: mappingText(proposal) };
  } finally {
    progress.stop();
    await client.close();
  }
}

async function nothingThere(client: MongoClient, database: string): Promise<Error> {
  const others = await client
    .db('admin')
    .admin()
    .listDatabases({ nameOnly: true })
    .then(({ databases }) =>
      databases.map(({ name }) => name).filter(name => !['admin', 'config', 'local'].includes(name)),
    )
    .catch(() => []);
  const hint = others.length > 0 ? ` The server has ${others.slice(0, 20).join(', ')}.` : '';
  return new Error(`the database ${database} holds no collections: name the shop's with --database.${hint}`);
}

async function keep(path: string, file: string, force: boolean): Promise<void> {
  await writeFile(path, file, { flag: force ? 'w' : 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? new FileThereError(path) : error;
  });
}

function show({ collections, missing, ignored }: Proposal, file: string): void {
  const rows = collections.map(({ collection, from, confidence, fields, missing: lacking, trial }) => [
    collection,
    from,
    confidence,
    fields.length,
    lacking.map(({ field, required }) => (required ? pc.red(field) : field)).join(', '),
    `${trial?.fit ?? 0} of ${trial?.documents ?? 0}`,
  ]);
  const lines = [
    table(['collection', 'taken from', 'sure', 'fields found', 'not found', 'sampled documents that fit'], rows),
    ...missing.map(({ advice }) => `Not found: ${advice}.`),
    ...ignored.map(({ collection, why }) => `Not read: ${collection} (${why}).`),
    '',
    `${file} is written. Read it line by line, then point LAUREL_CONFIG at it and run laurel doctor.`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function sampleSize(given: string): number {
  const size = Number(given);
  if (Number.isInteger(size) && size >= 1 && size <= MAX_SAMPLE) return size;
  throw new InvalidArgumentError(`A whole number from 1 to ${MAX_SAMPLE} was expected.`);
}
