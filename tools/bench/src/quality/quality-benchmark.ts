import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SAMPLE_ORDERS } from '@laurel/sample-shop';
import { z } from 'zod';
import { anchorScript, anchorsPython } from '../anchors/anchors-environment.js';
import type { Benchmark, Figure } from '../benchmark.js';
import { runMeasured } from '../measuring/run-measured.js';
import { writeSplit } from './write-split.js';

const LAUREL = resolve(import.meta.dirname, '../../../../apps/laurel/bin/laurel.js');

const scores = z.object({ HR5: z.number(), NDCG5: z.number(), users: z.number() });
const anchorsSchema = z.record(z.string(), scores);
const reportSchema = z.object({ best: z.string(), models: z.record(z.string(), scores) });

/** `laurel evaluate` on the sample shop's orders beside implicit and EASE^R in numpy, tuned on the same validation part. */
export const qualityBenchmark: Benchmark = {
  name: 'quality',
  measures: 'what is recommended on a real shop, HR@5 and NDCG@5 of the model that validation chose, beside others',
  async run(say) {
    say('fetching implicit (once)');
    const python = await anchorsPython();
    const folder = await mkdtemp(join(tmpdir(), 'laurel-bench-'));
    try {
      await writeSplit(SAMPLE_ORDERS, folder);
      say('laurel evaluate');
      const report = await runMeasured(
        process.execPath,
        [LAUREL, 'evaluate', '--split', folder, '--json'],
        reportSchema,
      );
      say('the others');
      const anchors = await runMeasured(python, [anchorScript('quality.py'), folder], anchorsSchema);
      const best = report.models[report.best];
      if (!best) throw new Error(`The report has no figures of ${report.best}.`);
      for (const [name, { HR5, NDCG5, users }] of Object.entries({ [report.best]: best, ...anchors })) {
        say(`${name}: HR@5 ${HR5.toFixed(4)}, NDCG@5 ${NDCG5.toFixed(4)}, ${users} customers`);
      }
      return {
        hr5: figure(best, anchors, of => of.HR5),
        ndcg5: figure(best, anchors, of => of.NDCG5),
      };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

type Scores = z.infer<typeof scores>;

function figure(ours: Scores, anchors: Readonly<Record<string, Scores>>, of: (scores: Scores) => number): Figure {
  const theirs = Object.fromEntries(Object.entries(anchors).map(([name, found]) => [name, of(found)]));
  return { ours: of(ours), ...theirs, ratio: of(ours) / Math.max(...Object.values(theirs)) };
}
