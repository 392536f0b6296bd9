import type { AffinityTrainer } from './affinity-trainer.js';
import { alsTrainer } from './als-trainer.js';
import { blendTrainer } from './blend-trainer.js';
import { easeTrainer } from './ease-trainer.js';
import { bm25Trainer, boughtTogetherTrainer, cosineTrainer } from './neighbour-trainer.js';
import { popularityDecayTrainer } from './popularity-decay-trainer.js';
import { popularityTrainer } from './popularity-trainer.js';

/** Every way to learn affinities, in the order they are reported. */
export const affinityTrainers: readonly AffinityTrainer[] = [
  popularityTrainer,
  popularityDecayTrainer,
  boughtTogetherTrainer,
  cosineTrainer,
  bm25Trainer,
  alsTrainer,
  easeTrainer,
  blendTrainer(affinityTrainer),
];

/** @throws RangeError when no trainer has this name. */
export function affinityTrainer(name: string): AffinityTrainer {
  const found = affinityTrainers.find(trainer => trainer.name === name);
  if (found) return found;
  throw new RangeError(`No trainer is called ${name}; known are ${affinityTrainers.map(t => t.name).join(', ')}.`);
}
