import { expect, it } from 'vitest';
import { segmentsOf } from './segments.js';

it('has every tier, the best first, with shares that add up', () => {
  const segments = segmentsOf({
    segments: [
      { tier: 'BRONZE', members: 3 },
      { tier: 'PLATINUM', members: 1 },
    ],
  });
  expect(segments).toEqual([
    { tier: 'PLATINUM', members: 1, share: 0.25 },
    { tier: 'GOLD', members: 0, share: 0 },
    { tier: 'SILVER', members: 0, share: 0 },
    { tier: 'BRONZE', members: 3, share: 0.75 },
  ]);
  expect(segmentsOf({ segments: [] }).every(({ share }) => share === 0)).toBe(true);
});
