import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnName } from './column-name.js';

test.each([
  ['plain', 'plain'],
  ['unit price', 'unit_price'],
  ['__v', 'field_v'],
  ['2nd', 'field_2nd'],
  ['größe', 'gr__e'],
  ['', 'field_'],
])('%j becomes %s', (field, name) => {
  expect(columnName(field, [])).toBe(name);
});

test('any fields get names that both warehouses accept, all different without regard to case', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 300 })), fields => {
      const names: string[] = [];
      for (const field of fields) names.push(columnName(field, names));
      for (const name of names) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]{0,250}$/);
      expect(new Set(names.map(name => name.toLowerCase())).size).toBe(fields.length);
    }),
  );
});
