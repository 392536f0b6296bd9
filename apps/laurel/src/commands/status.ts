import { setTimeout as sleep } from 'node:timers/promises';
import { readSettings } from '@laurel/service';
import { Command } from 'commander';
import { LaurelApi, LaurelApiError } from '../api/laurel-api.js';
import { untilStopped } from '../host/until-stopped.js';
import { readPipelineStatus } from '../status/pipeline-status.js';
import { statusView } from '../status/status-view.js';
import { runCommand } from '../terminal/run-command.js';

const EVERY_MS = 1000;
const HOME_AND_CLEAR = '\x1b[H\x1b[2J';

interface StatusOptions {
  json?: boolean;
  watch?: boolean;
  partitions?: boolean;
}

/** `laurel status` */
export function statusCommand(): Command {
  return new Command('status')
    .description("how far the shop's changes have come: capture, load, what waits, the oplog, dead letters")
    .option('--watch', 'show it anew every second until Ctrl-C')
    .option('--partitions', 'show every partition')
    .option('--json', 'print as JSON, with --watch one line a second')
    .action((options: StatusOptions) =>
      runCommand(async () => {
        const api = new LaurelApi(readSettings());
        if (options.watch) await watch(api, options);
        else process.stdout.write(await shown(api, options));
      }),
    );
}

/** Goes on while the ingester does not answer: it may be starting anew. */
async function watch(api: LaurelApi, options: StatusOptions): Promise<void> {
  const stopping = new AbortController();
  void untilStopped().then(() => stopping.abort());
  const clear = process.stdout.isTTY && !options.json ? HOME_AND_CLEAR : '';
  while (!stopping.signal.aborted) {
    const text = await shown(api, options).catch((error: unknown) => {
      if (!(error instanceof LaurelApiError) || error.status === 401) throw error;
      return `${options.json ? JSON.stringify({ error: error.message }) : error.message}\n`;
    });
    process.stdout.write(`${clear}${text}`);
    await sleep(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
  }
}

async function shown(api: LaurelApi, { json, partitions = false }: StatusOptions): Promise<string> {
  const status = await readPipelineStatus(api);
  return `${json ? JSON.stringify(status) : statusView(status, { partitions })}\n`;
}
