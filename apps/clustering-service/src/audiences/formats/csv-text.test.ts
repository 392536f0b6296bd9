import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvText } from './csv-text.js';

describe('csvText', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+44', "'+44"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', '"\'\rx"'],
    ['＝1+1', "'＝1+1"],
    ['="a",1', '"\'=""a"",1"'],
  ])('makes %j harmless', (text, written) => {
    expect(csvText([[text]])).toBe(`${written}\n`);
  });

  it('leaves numbers, also negative ones, and plain words alone', () => {
    expect(csvText([[-5, 'a-b', 'word', null, '']])).toBe('-5,a-b,word,,\n');
  });

  it('is read again as it was', () => {
    const texts = [fc.string(), fc.string({ unit: fc.constantFrom('a', 'ß', '"', ',', '\n', '\r', ' ', "'") })];
    const harmless = fc.oneof(...texts).filter(text => !/^[=+\-@\t\r＝＋－＠]/.test(text));
    fc.assert(
      fc.property(fc.array(fc.tuple(harmless, harmless), { minLength: 1 }), rows => {
        expect(parse(csvText(rows), { record_delimiter: '\n' })).toEqual(rows);
      }),
    );
  });
});
