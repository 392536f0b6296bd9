import { join } from 'node:path';
import { FillThread, isEmptyShop } from '@laurel/sample-shop';
import type { Settings } from '@laurel/service';
import { MongoClient } from 'mongodb';
import pc from 'picocolors';
import { z } from 'zod';
import { LaurelApi, LaurelApiError } from '../api/laurel-api.js';
import { MODEL_NAMES, requestTraining, train, type ModelAlias } from '../commands/train.js';
import { EmbeddedHost } from '../host/embedded-host.js';
import { untilStopped } from '../host/until-stopped.js';
import { firstLook } from './first-look.js';
import { requireFreePorts } from './free-ports.js';
import { withKeys } from './keys.js';
import { startLocalParts } from './local-stack.js';
import { Steps } from './steps.js';
import { untilSettled } from './until-settled.js';

/**
 * Brings everything up, shows it, and stays until Ctrl-C; then stops all that it started, the last first. When a step fails, what was
 * started before is stopped as well.
 */
export async function startLaurel(given: Settings, options: { sample: boolean }): Promise<void> {
  const startedMs = performance.now();
  const stopping = new AbortController();
  const stopped = untilStopped().then(() => stopping.abort());
  const steps = new Steps();
  const undo: (() => Promise<unknown>)[] = [];
  const logFile = join(given.home, 'logs', 'laurel.log');
  try {
    await requireFreePorts(given);
    const keyed = await withKeys(given);
    const threads = EmbeddedHost.threads();
    undo.push(() => Promise.all(threads.map(thread => thread.end())));
    const filler = options.sample ? new FillThread() : undefined;
    if (filler) undo.push(() => filler.end());
    let filling = Promise.resolve();
    const { settings, stack } = await startLocalParts(
      keyed,
      line => steps.note(line),
      stopping.signal,
      mongodbUri => {
        if (filler) filling = fillEmptyShop(mongodbUri, keyed.shopDatabase, filler, steps);
        filling.catch(() => undefined);
      },
    );
    undo.push(() => stack.stop());
    steps.done(`MongoDB and Kafka answer${stack.note ? ` (${stack.note})` : ''}`);

    const host = await EmbeddedHost.start(settings, { logFile, shopReady: filling, threads });
    undo.push(() => host.stop());
    steps.done('services run');

    const api = new LaurelApi(settings);
    await untilSettled(api, new Date(), stage => steps.note(stage), stopping.signal);
    steps.done('every change is in the warehouse');
    await trainMissing(api, steps, stopping.signal);
    steps.end();
    process.stdout.write(`${await firstLook(settings)}\n\n`);
    process.stdout.write(`Laurel is ready (${seconds(startedMs)}). The log: ${logFile}. Ctrl-C stops everything.\n`);
    await stopped;
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    steps.end();
    if (undo.length > 0) process.stdout.write('Stopping …\n');
    for (const stop of undo.toReversed()) await stop();
  }
}

async function fillEmptyShop(mongodbUri: string, database: string, filler: FillThread, steps: Steps): Promise<void> {
  const client = new MongoClient(mongodbUri, { serverSelectionTimeoutMS: 5000 });
  try {
    if (!(await isEmptyShop(client.db(database)))) return await filler.end();
  } finally {
    await client.close();
  }
  steps.note('filling the empty shop with the sample shop');
  await filler.fill({
    mongodbUri,
    database,
    onProgress: (done, stage) => steps.note(`sample shop: ${stage} ${Math.round(done * 100)} %`),
  });
  steps.done('sample shop filled: a real year of orders, with simulated browsing and contact data');
}

const modelsSchema = z.object({
  models: z.array(z.looseObject({ name: z.string(), versions: z.array(z.looseObject({ status: z.string() })) })),
});

async function trainMissing(api: LaurelApi, steps: Steps, signal: AbortSignal): Promise<void> {
  const { models } = await api.json('clustering-service', 'GET', '/v1/models', modelsSchema);
  const isLive = (alias: ModelAlias) =>
    models.some(
      ({ name, versions }) => name === MODEL_NAMES[alias] && versions.some(({ status }) => status === 'live'),
    );
  const missing = (['clusters', 'affinity'] as const).filter(alias => !isLive(alias));
  const stages = new Map<ModelAlias, string>();
  await Promise.all(
    missing.map(async alias => {
      try {
        await train(api, alias, {
          signal,
          onProgress: (done, stage) => {
            stages.set(alias, `${alias} ${Math.round(done * 100)} % (${stage})`);
            steps.note(`training ${[...stages.values()].join(', ')}`);
          },
        });
        stages.delete(alias);
        steps.done(`${alias} trained`);
      } catch (error) {
        if (!(error instanceof LaurelApiError)) throw error;
        steps.done(pc.yellow(error.message));
      }
    }),
  );
  for (const alias of ['churn', 'demand'] as const) if (!isLive(alias)) await requestTraining(api, alias);
}

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}
