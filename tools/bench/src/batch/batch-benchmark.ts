import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { makePairs, writePairs } from '../als/make-pairs.js';
import { anchorScript, anchorsPython } from '../anchors/anchors-environment.js';
import type { Benchmark } from '../benchmark.js';
import { RECOMMENDER_OPTIONS } from '../measuring/recommender-options.js';
import { runMeasured } from '../measuring/run-measured.js';
import { HIGHEST_PRICE, isAvailable, priceOf } from './batch-shop.js';

const CUSTOMERS = 1_000_000;
const PRODUCTS = 50_000;
const PAIRS_OF_CUSTOMER = 10;
const FACTORS = 16;
const FIRST = 5;
/** Of so many customers implicit's time is taken; it is proportional to their number. */
const THEIR_CUSTOMERS = 50_000;

const trainedSchema = z.object({ stride: z.number() });
const exportedSchema = z.object({
  seconds: z.number(),
  cpuSeconds: z.number(),
  peakRssMb: z.number(),
  bytes: z.number(),
});
const recommendedSchema = z.object({ seconds: z.number(), peakRssMb: z.number() });

/**
 * The export of every customer's top 5, from memory to a file: histories, fold-in, search, filter, blend with trends, reasons, NDJSON. The shop
 * and the model are made before. Beside it implicit's `recommend` with the same factors, which does less: it takes customers' factors as they were trained,
 * and gives neither reasons nor a file.
 */
export const batchBenchmark: Benchmark = {
  name: 'batch',
  measures:
    'top 5 with reasons and a filter for 1 million customers × 50,000 products (16 factors) into a file, beside implicit without reasons; --docs N: customers',
  async run(say, { docs: customers = CUSTOMERS }) {
    say('fetching implicit (once)');
    const python = await anchorsPython();
    const folder = await mkdtemp(join(tmpdir(), 'laurel-bench-'));
    try {
      const shape = { users: customers, items: PRODUCTS, pairs: customers * PAIRS_OF_CUSTOMER };
      const sizes = Object.values(shape).map(String);
      say(`making ${shape.pairs} pairs, and training`);
      await writePairs(folder, makePairs(shape));
      await writeFile(join(folder, 'left_out'), leftOut());
      const node = (part: string) => [join(import.meta.dirname, `${part}.js`), folder, ...sizes];
      const { stride } = await runMeasured(process.execPath, [...node('train-part'), String(FACTORS)], trainedSchema);
      say('exporting');
      const exportPart = [...RECOMMENDER_OPTIONS, ...node('export-part'), String(FIRST)];
      const ours = await runMeasured(process.execPath, exportPart, exportedSchema);
      const { seconds, cpuSeconds, peakRssMb, bytes } = ours;
      say(
        `${seconds.toFixed(0)} s, ${cpuSeconds.toFixed(0)} s of CPU, ${peakRssMb.toFixed(0)} MB, ${(bytes / 1e6).toFixed(0)} MB written`,
      );
      const asked = Math.min(THEIR_CUSTOMERS, customers);
      const numbers = [customers, PRODUCTS, stride, FIRST, asked, availableParallelism()].map(String);
      const theirs = await runMeasured(
        python,
        [anchorScript('implicit_recommend.py'), folder, ...numbers],
        recommendedSchema,
        { OPENBLAS_NUM_THREADS: '1' },
      );
      const theirSeconds = (theirs.seconds * customers) / asked;
      say(`implicit: ${theirs.seconds.toFixed(1)} s for ${asked} customers, ${theirs.peakRssMb.toFixed(0)} MB`);
      return {
        batch_seconds: {
          ours: rounded(seconds),
          implicit: rounded(theirSeconds),
          ratio: rounded(seconds / theirSeconds),
        },
        batch_cpu_seconds: { ours: rounded(cpuSeconds) },
        peak_rss_mb: {
          ours: rounded(peakRssMb),
          implicit: rounded(theirs.peakRssMb),
          ratio: rounded(peakRssMb / theirs.peakRssMb),
        },
      };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** What the filter and the shelves leave out. */
function leftOut(): Int32Array {
  const products = Int32Array.from({ length: PRODUCTS }, (_, item) => item);
  return products.filter(item => !isAvailable(item) || priceOf(item) > HIGHEST_PRICE);
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
