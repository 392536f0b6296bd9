import { describe, expect, it } from 'vitest';
import { seconds } from './tune.js';

describe('the budget of a tuning', () => {
  it.each([
    ['90s', 90],
    ['10m', 600],
    ['24h', 86_400],
  ])('%s is %d seconds', (text, expected) => {
    expect(seconds(text)).toBe(expected);
  });

  it.each(['', '10', 'm', '1.5h', '-3m', '0s', '25h', '10 m', '10min', '999999999999s'])('refuses "%s"', text => {
    expect(() => seconds(text)).toThrow('a time from 1s to 24h was expected');
  });
});
