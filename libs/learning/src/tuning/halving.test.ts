import { describe, expect, it } from 'vitest';
import { searchByHalving } from './halving.js';

async function trace(rounds: number, over: (steps: number) => boolean = () => false): Promise<string[]> {
  const steps: string[] = [];
  await searchByHalving<number>({
    draw: round => (round < rounds ? Array.from({ length: 9 }, (_, at) => round * 100 + at) : []),
    isOver: () => over(steps.length),
    run: async trials => {
      steps.push(`${trials.map(({ setting }) => setting).join(' ')} on ${trials[0]?.share.toFixed(2)}`);
      return trials.map(({ setting }) => (setting % 10 === 4 ? 10 : setting % 10));
    },
  });
  return steps;
}

describe('searchByHalving', () => {
  it('goes on with the best third on three times as many, round after round', async () => {
    expect(await trace(2)).toEqual([
      '0 1 2 3 4 5 6 7 8 on 0.11',
      '4 8 7 on 0.33',
      '4 on 1.00',
      '100 101 102 103 104 105 106 107 108 on 0.11',
      '104 108 107 on 0.33',
      '104 on 1.00',
    ]);
  });

  it('ends between two steps when its time is over', async () => {
    expect(await trace(9, steps => steps >= 4)).toHaveLength(4);
  });
});
