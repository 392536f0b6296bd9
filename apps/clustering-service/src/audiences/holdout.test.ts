import { describe, expect, it } from 'vitest';
import { isHeldOut } from './holdout.js';

const ids = Array.from({ length: 20_000 }, (_, i) => `c${i}`);
const heldOut = (audience: string, percent: number) => new Set(ids.filter(id => isHeldOut(audience, id, percent)));

describe('the holdout group', () => {
  it.each([0.5, 10, 50])('is %d percent of the members', percent => {
    expect(heldOut('a', percent).size / ids.length).toBeCloseTo(percent / 100, 1.8);
  });

  it('keeps who was in it when its share is raised', () => {
    const raised = heldOut('a', 20);
    expect([...heldOut('a', 5)].filter(id => !raised.has(id))).toEqual([]);
  });

  it('is drawn for each audience by itself', () => {
    const b = heldOut('b', 20);
    const both = [...heldOut('a', 20)].filter(id => b.has(id));
    expect(both.length / ids.length).toBeCloseTo(0.04, 1.8);
  });
});
