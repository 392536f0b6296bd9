import { setTimeout as sleep } from 'node:timers/promises';
import { awakeMs } from '../awake-clock.js';
import type { FaultScenario } from '../fault-scenario.js';
import { CheckpointWatch } from '../oracle/checkpoint-watch.js';
import { judge } from '../oracle/judge.js';
import { settled, storesAgain } from '../pipeline/settled.js';
import { untilStreaming } from '../pipeline/streaming.js';
import { BigQueryShop } from '../servers/bigquery-shop.js';

export const killApart: FaultScenario = {
  name: 'kill-apart',
  about: 'kill -9 of capture, then of load, each a process of its own, before BigQuery',
  async run(arena) {
    await using set = await BigQueryShop.create(arena);
    if (!set) return undefined;
    const { shop } = set;
    const checkpoints = new CheckpointWatch(shop);
    await shop.writer.insertMany(200);
    let capture = await set.start('capture');
    let load = await set.start('load');
    await untilStreaming(capture);
    shop.writer.start();
    await storesAgain(load);

    await sleep(arena.random.below(1000));
    let sinceMs = awakeMs();
    await capture.kill();
    await checkpoints.note();
    capture = await set.start('capture');
    await untilStreaming(capture);
    const captureMs = await storesAgain(load, sinceMs);

    await sleep(arena.random.below(1000));
    sinceMs = awakeMs();
    await load.kill();
    load = await set.start('load');
    const loadMs = await storesAgain(load, sinceMs);
    arena.say(`stored again ${captureMs} ms after capture's death, ${loadMs} ms after load's`);

    await shop.writer.stop();
    await settled(shop, capture, load);
    await capture.stop();
    await load.stop();
    return await judge(shop, { injected: 2, recoveryMs: Math.max(captureMs, loadMs), checkpoints });
  },
};
