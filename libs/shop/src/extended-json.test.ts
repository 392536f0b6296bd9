import { BSON, Binary, Decimal128, Double, Int32, Long, ObjectId, UUID, type Document } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentId, ExtendedJsonError, fromExtendedJson, parseExtendedJson } from './extended-json.js';

const { EJSON } = BSON;

function through(document: Document, relaxed: boolean): unknown {
  return fromExtendedJson(JSON.parse(EJSON.stringify(document, { relaxed })));
}

/** EJSON writes a whole number within 64 bits as such an integer: beyond ±2^53 it is refused. */
const number = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .filter(x => Number.isSafeInteger(x) || !Number.isInteger(x) || Math.abs(x) > 2 ** 63)
  .map(x => x + 0);

const plainValue = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.maxSafeInteger(),
    number,
    fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-zA-Z_][\w.]{0,8}$/), tie('value'), { maxKeys: 4 }),
  ),
})).value;

describe('fromExtendedJson', () => {
  it.each([false, true])('gives back what MongoDB wrote as Extended JSON (relaxed: %s)', relaxed => {
    fc.assert(
      fc.property(plainValue, value => {
        expect(through({ value }, relaxed)).toEqual({ value });
      }),
    );
  });

  it.each<[string, unknown, unknown]>([
    ['an id', new ObjectId('65f0c0ffee65f0c0ffee65f0'), '65f0c0ffee65f0c0ffee65f0'],
    ['a 32-bit integer', new Int32(-7), -7],
    ['a 64-bit integer', Long.fromString('9007199254740991'), 9007199254740991],
    ['a double', new Double(2.5), 2.5],
    ['a double that is whole', new Double(2), 2],
    ['no number', new Double(NaN), NaN],
    ['a decimal', Decimal128.fromString('19.99'), 19.99],
    ['a date before 1970', new Date(-1), new Date(-1)],
    ['binary', new Binary(Buffer.from('laurel')), Buffer.from('laurel').toString('base64')],
    ['a UUID', new UUID('6a2f41a3-c54c-4e01-8d0f-2f4c6a3f7a11'), 'ai9Bo8VMTgGNDy9Maj96EQ=='],
  ])('reads %s', (_case, value, plain) => {
    expect(through({ value }, false)).toEqual({ value: plain });
  });

  it('refuses a 64-bit integer that a number cannot hold exactly, and says which', () => {
    expect(() => fromExtendedJson({ total: { $numberLong: '9007199254740993' } })).toThrow(ExtendedJsonError);
    expect(() => fromExtendedJson({ total: { $numberLong: '9007199254740993' } })).toThrow('"9007199254740993"');
  });

  it('keeps the wrapper of a type without a plain counterpart', () => {
    const wrapped = { $regularExpression: { pattern: 'a', options: '' } };
    expect(fromExtendedJson({ value: wrapped })).toEqual({ value: wrapped });
  });

  it('keeps a field named __proto__ a field', () => {
    const plain = fromExtendedJson(JSON.parse('{"__proto__":{"isAdmin":true},"a":{"$numberInt":"1"}}'));
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
    expect(JSON.stringify(plain)).toBe('{"__proto__":{"isAdmin":true},"a":1}');
  });
});

describe('parseExtendedJson', () => {
  const number = fc.oneof(
    fc.integer().map(value => new Int32(value)),
    fc.bigInt(-9007199254740991n, 9007199254740991n).map(value => Long.fromBigInt(value)),
    fc.double().map(value => new Double(value)),
  );
  const id = fc.stringMatching(/^[0-9a-f]{24}$/).map(hex => new ObjectId(hex));
  const text = fc.oneof(fc.string(), fc.constantFrom('{"$numberInt":"6"}', '"$oid":"', '$date', '\\u0024oid'));

  it.each([false, true])('reads what fromExtendedJson reads of the parsed text (relaxed: %s)', relaxed => {
    const value = fc.oneof(number, id, text, plainValue);
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), value, { maxKeys: 6 }), document => {
        const written = EJSON.stringify(document, { relaxed });
        expect(parseExtendedJson(written)).toEqual(fromExtendedJson(JSON.parse(written)));
      }),
    );
  });

  it.each([
    '{"total":{"$numberLong":"9007199254740993"}}',
    '{"total":{"$numberLong":"-9007199254740993"}}',
    '{"total":{"$numberLong":"90071992547409930"}}',
  ])('refuses %s, which a number cannot hold exactly', written => {
    expect(() => parseExtendedJson(written)).toThrow(ExtendedJsonError);
  });

  it.each([
    ['spaces', '{ "a" : { "$oid" : "65f0c0ffee65f0c0ffee65f0" }, "b": { "$numberInt": "6" } }'],
    ['an escaped wrapper', '{"a":{"\\u0024oid":"65f0c0ffee65f0c0ffee65f0"},"b":{"$numberInt":"6"}}'],
  ])('reads a wrapper written with %s', (_case, written) => {
    expect(parseExtendedJson(written)).toEqual({ a: '65f0c0ffee65f0c0ffee65f0', b: 6 });
  });
});

describe('documentId', () => {
  it.each([
    ['u-1', 'u-1'],
    ['', ''],
    [17850, '17850'],
    [{ $numberInt: '17850' }, '17850'],
    [{ $numberLong: '17850' }, '17850'],
    [{ $oid: '65f0c0ffee65f0c0ffee65f0' }, '65f0c0ffee65f0c0ffee65f0'],
    [{ shop: { $numberInt: '1' }, no: 'A' }, '{"shop":1,"no":"A"}'],
    [null, 'null'],
    [undefined, ''],
  ])('of %j is %j', (id, text) => {
    expect(documentId(id)).toBe(text);
  });
});
