import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { userTimeSplit } from '@laurel/learning';
import { SAMPLE_ORDERS } from '@laurel/sample-shop';
import { z } from 'zod';
import { anchorScript, anchorsPython } from '../anchors/anchors-environment.js';
import type { Benchmark, Figure } from '../benchmark.js';
import { runMeasured } from '../measuring/run-measured.js';
import { SIMULATED_SHOPS, simulateShop } from './simulated-shop.js';
import { writeSplit } from './write-split.js';

const DAY_MS = 86_400_000;
const LAUREL = resolve(import.meta.dirname, '../../../../apps/laurel/bin/laurel.js');

const scores = z.object({ HR5: z.number(), NDCG5: z.number(), users: z.number() });
const anchorsSchema = z.record(z.string(), scores);
const reportSchema = z.object({ best: z.string(), seconds: z.number(), models: z.record(z.string(), scores) });

/** `laurel evaluate` on several shops beside implicit and EASE^R in numpy, tuned on the same validation part. */
export const qualityBenchmark: Benchmark = {
  name: 'quality',
  measures:
    'what is recommended on a real shop and on simulated ones, HR@5 and NDCG@5 of the model that validation chose, beside others',
  async run(say) {
    say('fetching implicit (once)');
    const python = await anchorsPython();
    const folder = await mkdtemp(join(tmpdir(), 'laurel-bench-'));
    try {
      const real = join(folder, 'real');
      await mkdir(real);
      await writeSplit(SAMPLE_ORDERS, real);
      const figures = await compared('the real shop', real, '', python, say);
      for (const [name, shape] of Object.entries(SIMULATED_SHOPS)) {
        const simulated = join(folder, name);
        await mkdir(simulated);
        const split = userTimeSplit(simulateShop(shape));
        for (const part of ['train', 'validation', 'test'] as const) {
          const lines = split[part].map(
            ({ customer, item, quantity, day }) =>
              `${customer},${item},${quantity},${new Date(day * DAY_MS).toISOString()}\n`,
          );
          await writeFile(join(simulated, `${part}.csv`), `customer,item,quantity,placed_at\n${lines.join('')}`);
        }
        Object.assign(figures, await compared(`the simulated shop ${name}`, simulated, `_${name}`, python, say));
      }
      return figures;
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function compared(
  shop: string,
  folder: string,
  suffix: string,
  python: string,
  say: (line: string) => void,
): Promise<Record<string, Figure>> {
  say(`${shop}: laurel evaluate`);
  const report = await runMeasured(process.execPath, [LAUREL, 'evaluate', '--split', folder, '--json'], reportSchema);
  say(`${shop}: the others`);
  const anchors = await runMeasured(python, [anchorScript('quality.py'), folder], anchorsSchema);
  const best = report.models[report.best];
  if (!best) throw new Error(`The report has no figures of ${report.best}.`);
  const ours = Object.entries(report.models).sort(([, a], [, b]) => b.NDCG5 - a.NDCG5);
  const lines = [
    ...ours.map(([name, found]) => [name === report.best ? `Laurel ${name} *` : `Laurel ${name}`, found] as const),
    ...Object.entries(anchors),
  ];
  for (const [name, { HR5, NDCG5, users }] of lines) {
    say(`  ${name}: HR@5 ${HR5.toFixed(4)}, NDCG@5 ${NDCG5.toFixed(4)}, ${users} customers`);
  }
  say(`  * best on validation; ${report.seconds.toFixed(0)} s`);
  return {
    [`hr5${suffix}`]: figure(best, anchors, of => of.HR5),
    [`ndcg5${suffix}`]: figure(best, anchors, of => of.NDCG5),
  };
}

type Scores = z.infer<typeof scores>;

function figure(ours: Scores, anchors: Readonly<Record<string, Scores>>, of: (scores: Scores) => number): Figure {
  const theirs = Object.fromEntries(Object.entries(anchors).map(([name, found]) => [name, of(found)]));
  return { ours: of(ours), ...theirs, ratio: of(ours) / Math.max(...Object.values(theirs)) };
}
