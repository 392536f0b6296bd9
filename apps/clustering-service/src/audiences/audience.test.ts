import { expect, it } from 'vitest';
import { audienceFilterSchema } from './audience.js';

it('refuses a condition that no filter has, with those it may have', () => {
  const { error } = audienceFilterSchema.safeParse({ featurs: {} });
  expect(error?.issues.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^filter: no condition is called featurs\. Allowed: tiers, features, .*, predicted_value$/),
  ]);
});
