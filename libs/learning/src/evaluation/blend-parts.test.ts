import { describe, expect, it } from 'vitest';
import type { ModelParameters } from '../affinity/affinity-model.js';
import { blendsOf } from './blend-parts.js';

const candidate = (trainer: string, parameters: ModelParameters = {}) => ({ trainer, parameters, seed: 1 });

describe('blendsOf', () => {
  it('takes the best settings of the four best trainers, and no blend', () => {
    const best = ['als', 'als', 'blend', 'ease', 'bm25', 'ease', 'cosine', 'popularity'];
    const [blend, ...others] = blendsOf(best.map((trainer, at) => candidate(trainer, { at })));
    expect(blend?.candidates.map(({ trainer, parameters }) => [trainer, parameters['at']])).toEqual([
      ['als', 0],
      ['ease', 3],
      ['bm25', 4],
      ['cosine', 6],
    ]);
    expect(blend?.interestWeights).toBeUndefined();
    expect(others).toEqual([]);
  });

  it('keeps apart what learned from interests too, all with the weights of the best', () => {
    const [plain, interested] = blendsOf([
      candidate('ease', { viewWeight: 0.1, cartWeight: 2, dropout: 0.2 }),
      candidate('ease', { dropout: 0 }),
      candidate('als', { viewWeight: 1, cartWeight: 4, factors: 8 }),
      candidate('bm25'),
    ]);
    expect(plain).toMatchObject({ candidates: [candidate('ease', { dropout: 0 }), candidate('bm25')] });
    expect(interested).toEqual({
      candidates: [candidate('ease', { dropout: 0.2 }), candidate('als', { factors: 8 })],
      interestWeights: { view: 0.1, cart: 2 },
    });
  });

  it('has nothing to blend where there is one trainer of an input', () => {
    expect(blendsOf([candidate('ease'), candidate('als', { viewWeight: 1 })])).toEqual([]);
  });
});
