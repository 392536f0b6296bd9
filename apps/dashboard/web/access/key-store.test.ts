import { expect, it } from 'vitest';
import { keyInFragment } from './key-store.js';

it.each([
  ['#key=admin-AbC_-123', 'admin-AbC_-123'],
  ['#key=a%3Db', 'a=b'],
  ['#/overview', undefined],
  ['#key=', undefined],
  ['', undefined],
])('finds in the address %j the key %j', (fragment, key) => {
  expect(keyInFragment(fragment)).toBe(key);
});
