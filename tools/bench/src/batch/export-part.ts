import { createWriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { deserializeAffinityModel } from '@laurel/learning';
import { exportRequestSchema, NO_RULES, RecommendationExport } from '@laurel/recommender/export';
import { pairsIn } from '../als/pairs-in.js';
import { batchShop, HIGHEST_PRICE } from './batch-shop.js';

/** Exports the lists of all customers of a shop made from the pairs of a folder, by the model that is there, into a file. */
const [folder = '', ...numbers] = process.argv.slice(2);
const [users = 0, items = 0, pairs = 0, first = 0] = numbers.map(Number);
const model = deserializeAffinityModel(await readFile(join(folder, 'model')));
const state = shopOf();
const version = { name: 'product_affinity', version: '1', trainedAt: new Date(0).toISOString() };
const serving = {
  state: { name: version.name, live: 1, history: [], traffic: [], revision: 1 },
  models: new Map([[1, { model, version }]]),
};
const threads = Math.max(1, availableParallelism() - 1);
const exports = new RecommendationExport({ state: () => state, serving: () => serving, rules: NO_RULES, threads });
const output = join(folder, 'lists.ndjson');

const startedMs = performance.now();
const cpuBefore = process.cpuUsage();
const request = exportRequestSchema.parse({ first, filter: { price_max: HIGHEST_PRICE } });
const { chunks } = await exports.begin(request);
await pipeline(Readable.from(chunks), createWriteStream(output));
const seconds = (performance.now() - startedMs) / 1000;
const cpu = process.cpuUsage(cpuBefore);
const cpuSeconds = (cpu.user + cpu.system) / 1e6;
const peakRssMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ seconds, cpuSeconds, peakRssMb, bytes: (await stat(output)).size }));

function shopOf() {
  const rows = {
    rowStarts: new Int32Array(users + 1),
    columns: new Int32Array(pairs),
    values: new Float32Array(pairs),
  };
  pairsIn(folder, { users, items, pairs }).write(rows);
  return batchShop(rows, items);
}
