import { Histogram, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { SeriesHistogram } from './series-histogram.js';

const OPTIONS = { name: 'seconds', help: 'Time', labelNames: ['route', 'status'] as const, buckets: [0.1, 1] };
const OBSERVED: [string, number, number][] = [
  ['/a', 200, 0.05],
  ['/a', 200, 0.1],
  ['/a', 200, 0.5],
  ['/a', 200, 7],
  ['/b', 404, 1],
];

it('is written as the histogram of prom-client that observed the same', async () => {
  const [ours, theirs] = [new Registry(), new Registry()];
  for (const registry of [ours, theirs]) registry.setDefaultLabels({ app: 'shop' });
  const usual = new Histogram({ ...OPTIONS, registers: [theirs] });
  const swift = new SeriesHistogram({ ...OPTIONS, registers: [ours] });
  for (const [route, status, value] of OBSERVED) {
    usual.observe({ route, status }, value);
    swift.series(route, () => ({ route, status })).observe(value);
  }
  expect(await ours.metrics()).toBe(await theirs.metrics());
});
