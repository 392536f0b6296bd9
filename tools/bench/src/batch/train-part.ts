import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AlsModel } from '@laurel/learning';
import { fitAls } from '@laurel/learning/als';
import { pairsIn } from '../als/pairs-in.js';
import { productId } from './batch-shop.js';

/** Trains on the pairs of a folder, and leaves the model there, and its factors as they lie in memory. */
const [folder = '', ...numbers] = process.argv.slice(2);
const [users = 0, items = 0, pairs = 0, factors = 0] = numbers.map(Number);
const settings = {
  factors,
  regularisation: 1,
  alpha: 1,
  iterations: 6,
  solver: 'conjugate-gradients',
  steps: 3,
} as const;
const fitted = await fitAls(pairsIn(folder, { users, items, pairs }), settings, { seed: 1 });
const itemIds = Array.from({ length: items }, (_, item) => productId(item));
const { stride, users: userFactors, items: shared } = fitted;
const itemFactors = shared.slice();
const model = new AlsModel({ itemIds, itemFactors, stride, alpha: 1, regularisation: 1, parameters: {} });
await writeFile(join(folder, 'model'), model.serialize());
await writeFile(join(folder, 'item_factors'), itemFactors);
await writeFile(join(folder, 'user_factors'), userFactors);
process.stdout.write(JSON.stringify({ stride }));
