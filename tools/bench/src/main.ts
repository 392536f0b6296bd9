import { importBenchmark } from './import/import-benchmark.js';
import { transportBenchmark } from './transport/transport-benchmark.js';
import type { Benchmark } from './benchmark.js';

const BENCHMARKS: readonly Benchmark[] = [importBenchmark, transportBenchmark];

const [name] = process.argv.slice(2);
const benchmark = BENCHMARKS.find(candidate => candidate.name === name);
if (benchmark) {
  const figures = await benchmark.run(line => process.stderr.write(`${line}\n`));
  process.stdout.write(`${JSON.stringify({ bench: benchmark.name, figures })}\n`);
} else {
  process.stdout.write(`npm run bench -- NAME\n\n`);
  for (const { name: known, measures } of BENCHMARKS) process.stdout.write(`  ${known.padEnd(10)} ${measures}\n`);
  if (name !== undefined && name !== '--help') {
    process.stderr.write(`\nThere is no benchmark "${name}".\n`);
    process.exitCode = 1;
  }
}
