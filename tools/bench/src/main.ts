import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.js';
import { alsBenchmark } from './als/als-benchmark.js';
import { batchBenchmark } from './batch/batch-benchmark.js';
import { captureBenchmark } from './capture/capture-benchmark.js';
import { crmBenchmark } from './crm/crm-benchmark.js';
import { freshBenchmark } from './fresh/fresh-benchmark.js';
import { importBenchmark } from './import/import-benchmark.js';
import { kmeansBenchmark } from './kmeans/kmeans-benchmark.js';
import { loadBenchmark } from './load/load-benchmark.js';
import { countOf } from './measuring/count-option.js';
import { qualityBenchmark } from './quality/quality-benchmark.js';
import { serveBenchmark } from './serve/serve-benchmark.js';
import { tiersBenchmark } from './tiers/tiers-benchmark.js';
import { transportBenchmark } from './transport/transport-benchmark.js';

const BENCHMARKS: readonly Benchmark[] = [
  captureBenchmark,
  loadBenchmark,
  importBenchmark,
  tiersBenchmark,
  crmBenchmark,
  transportBenchmark,
  alsBenchmark,
  kmeansBenchmark,
  qualityBenchmark,
  serveBenchmark,
  freshBenchmark,
  batchBenchmark,
];

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    docs: { type: 'string' },
    runs: { type: 'string' },
    small: { type: 'boolean' },
    large: { type: 'boolean' },
    factors: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const [name] = positionals;
const benchmark = BENCHMARKS.find(candidate => candidate.name === name);
if (benchmark && !values.help) {
  const options = {
    docs: countOf('--docs', values.docs),
    runs: countOf('--runs', values.runs),
    small: values.small,
    large: values.large,
    factors: countOf('--factors', values.factors),
  };
  const figures = await benchmark.run(line => process.stderr.write(`${line}\n`), options);
  process.stdout.write(`${JSON.stringify({ bench: benchmark.name, figures })}\n`);
} else {
  process.stdout.write(`npm run bench -- NAME [--docs N] [--runs N] [--small|--large] [--factors N]\n\n`);
  for (const { name: known, measures } of BENCHMARKS) process.stdout.write(`  ${known.padEnd(10)} ${measures}\n`);
  if (name !== undefined && !values.help) {
    process.stderr.write(`\nThere is no benchmark "${name}".\n`);
    process.exitCode = 1;
  }
}
