import { expect, test } from 'vitest';
import { searchWords } from './search-words.js';

test.each([
  ['Red Mug', ['red', 'mug']],
  ["  CRÈME-brûlée, 3 tier's ", ['creme', 'brulee', '3', 'tier', 's']],
  ['Ünïçødé ﬁne', ['unicøde', 'fine']],
  ['чай 茶', ['чаи', '茶']],
  ['… – !', []],
])('%s is %j', (text, words) => {
  expect(searchWords(text)).toEqual(words);
});
