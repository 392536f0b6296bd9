import { readFile } from 'node:fs/promises';
import { kmeans } from '@laurel/learning';

const [path = '', ...numbers] = process.argv.slice(2);
const [dimensions = 0, k = 0, starts = 0, seed = 0] = numbers.map(Number);
const points = new Float64Array(Uint8Array.from(await readFile(path)).buffer);
const startedMs = performance.now();
const { inertia } = kmeans(points, { dimensions, k, starts, seed });
const seconds = (performance.now() - startedMs) / 1000;
const peakRssMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ seconds, inertia, peakRssMb }));
