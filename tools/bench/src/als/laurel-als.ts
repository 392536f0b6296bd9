import { alsObjective, fitAls } from '@laurel/learning/als';
import { pairsIn } from './pairs-in.js';

const [folder = '', ...numbers] = process.argv.slice(2);
const [users = 0, items = 0, pairs = 0, ...settings] = numbers.map(Number);
const [factors = 0, iterations = 0, regularisation = 0, threads = 0] = settings;
const train = pairsIn(folder, { users, items, pairs });
const startedMs = performance.now();
const found = await fitAls(
  train,
  { factors, regularisation, iterations, alpha: 1, solver: 'conjugate-gradients', steps: 3 },
  { seed: 1, threads },
);
const seconds = (performance.now() - startedMs) / 1000;
const peakRssMb = process.resourceUsage().maxRSS / 1024;
const rows = {
  rowStarts: new Int32Array(users + 1),
  columns: new Int32Array(pairs),
  values: new Float32Array(pairs),
};
train.write(rows);
const objective = alsObjective(rows, found, { alpha: 1, regularisation });
process.stdout.write(JSON.stringify({ seconds, peakRssMb, objective }));
