import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellOf } from './cell.js';
import type { ColumnType } from './column.js';
import { jsonText } from './json-text.js';

const column = (type: ColumnType) => ({ field: 'f', column: 'f', type });

test.each<[ColumnType, unknown, unknown]>([
  ['STRING', 'x', 'x'],
  ['FLOAT64', 0.1, 0.1],
  ['NUMERIC', 2.55, 2_550_000_000n],
  ['INT64', 5, 5n],
  ['BOOL', false, false],
  ['TIMESTAMP', new Date(1), 1000n],
  ['JSON', { a: [1, new Date(0)] }, '{"a":[1,"1970-01-01T00:00:00.000Z"]}'],
  ['STRING', null, null],
  ['INT64', undefined, null],
])('a %s of %j', (type, value, cell) => {
  expect(cellOf(column(type), value)).toEqual(cell);
});

test.each<[ColumnType, unknown, string]>([
  ['STRING', 1, 'f: string expected, found number'],
  ['FLOAT64', '1', 'f: number expected, found string'],
  ['NUMERIC', Number.NaN, 'f: number expected, found NaN'],
  ['INT64', 1.5, 'f: whole number expected, found number'],
  ['BOOL', [], 'f: boolean expected, found array'],
  ['TIMESTAMP', '2026-01-01', 'f: date expected, found string'],
  ['TIMESTAMP', new Date(Number.NaN), 'f: date expected, found invalid date'],
])('a %s refuses %j', (type, value, message) => {
  expect(() => cellOf(column(type), value)).toThrow(message);
});

test('JSON text is readable and means the same, apart from halves of surrogate pairs', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(jsonText({ a: '\\ud800', b: 'x\udc00' })).toBe('{"a":"\\\\ud800","b":"x\ufffd"}');
});
