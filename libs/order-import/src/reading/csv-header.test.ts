import { describe, expect, it } from 'vitest';
import { findDelimiter, headerFields } from './csv-header.js';

describe('headerFields', () => {
  it.each([
    ['a,b,c\n1,2,3', ',', ['a', 'b', 'c']],
    ['"a,1","b ""x""",c\r\n1', ',', ['a,1', 'b "x"', 'c']],
    ['\uFEFFa;b', ';', ['a', 'b']],
    ['"two\nlines",b\n', ',', ['two\nlines', 'b']],
    ['a,', ',', ['a', '']],
  ])('of %j by %s', (head, delimiter, fields) => expect(headerFields(head, delimiter)).toEqual(fields));
});

describe('findDelimiter', () => {
  it.each([
    ['order;sku;description, long;qty', ';'],
    ['order\tsku\tqty', '\t'],
    ['order|sku|qty', '|'],
    ['x,y', ','],
  ])('of %j is %j', (head, delimiter) => expect(findDelimiter('f', head, undefined)).toBe(delimiter));

  it('says what a wrong one found and what would fit', () => {
    expect(() => findDelimiter('orders.csv', 'order;sku;qty\n1;2;3', ',')).toThrow(
      'orders.csv: its first line has one column when separated by ",": "order;sku;qty". It looks separated by ";"',
    );
  });

  it('lists what is allowed where nothing separates', () => {
    expect(() => findDelimiter('f', 'order', undefined)).toThrow(/Allowed are ",", ";", tab, "\|"/);
  });
});
