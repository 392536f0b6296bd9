import { expect, it } from 'vitest';
import { fileNameOf, FORMATS, reportText } from './audiences.js';

it('names a file after its audience and destination', () => {
  const names = ['Silver, win back', 'Été 2026', '../../etc', '★'].map(name => fileNameOf({ name }, FORMATS[0]));
  expect(names).toEqual([
    'silver-win-back-google-customer-match.csv',
    'ete-2026-google-customer-match.csv',
    'etc-google-customer-match.csv',
    'audience-google-customer-match.csv',
  ]);
});

it('says what an export held and who was left out', () => {
  expect(reportText({ exported: 1214, held_back: { no_ad_consent: 280, no_email: 21, erased: 0 } })).toBe(
    '1,214 customers. Held back: 280 no ad consent, 21 no email.',
  );
  expect(reportText({ exported: 1, held_back: {} })).toBe('1 customer. Nobody was held back.');
});
