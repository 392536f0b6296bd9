import { expect, it } from 'vitest';
import { fileNameOf, FORMATS, remarksOf } from './audiences.js';

it('names a file after its audience and destination', () => {
  const names = ['Silver, win back', 'Été 2026', '../../etc', '★'].map(name => fileNameOf({ name }, FORMATS[0]));
  expect(names).toEqual([
    'silver-win-back-google-customer-match.csv',
    'ete-2026-google-customer-match.csv',
    'etc-google-customer-match.csv',
    'audience-google-customer-match.csv',
  ]);
});

it('repeats what an export says of itself', () => {
  expect(
    remarksOf([
      ['content-type', 'text/csv'],
      ['laurel-held-back', '3'],
    ]),
  ).toEqual(['held back: 3']);
});
