import fc from 'fast-check';
import { BSON } from 'mongodb';
import { describe, expect, it } from 'vitest';
import {
  bsonFieldToExtendedJson,
  bsonToExtendedJson,
  BsonFormatError,
  writeExtendedJsonString,
} from './bson-to-extended-json.js';
import { ByteWriter } from './byte-writer.js';

const {
  Binary,
  Code,
  Decimal128,
  Double,
  EJSON,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  BSONRegExp,
  BSONSymbol,
} = BSON;
const name = fc
  .string({ unit: 'grapheme' })
  .filter(text => !text.includes('\0') && text !== '__proto__' && !text.startsWith('$'));
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const leaf = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }).map(text => text.toWellFormed()),
  fc.boolean(),
  fc.constant(null),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map(value => new Int32(value)),
  fc.double().map(value => new Double(value)),
  int64.map(value => Long.fromBigInt(value)),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map(bytes => new ObjectId(bytes)),
  fc.date({ noInvalidDate: true }),
  fc
    .tuple(fc.uint8Array(), fc.constantFrom(0, 1, 2, 3, 5, 6, 128, 255))
    .map(([bytes, subType]) => new Binary(bytes, subType)),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map(bytes => new Binary(bytes, 4)),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map(bytes => new Decimal128(bytes)),
  fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff)).map(([t, i]) => new Timestamp({ t, i })),
  name.map(pattern => new BSONRegExp(pattern, 'imx')),
  name.map(text => new Code(text)),
  name.map(text => new Code(text, { x: new Int32(1) })),
  name.map(text => new BSONSymbol(text)),
  fc.constant(new MinKey()),
  fc.constant(new MaxKey()),
);
const documents = fc.letrec<{ value: unknown; document: Record<string, unknown> }>(tie => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 4 }), tie('document')),
  document: fc.dictionary(name, tie('value'), { maxKeys: 5 }),
})).document;

describe('bsonToExtendedJson', () => {
  it('writes what EJSON.stringify writes', () => {
    fc.assert(
      fc.property(documents, document => {
        const bson = BSON.serialize(document);
        const parsed = BSON.deserialize(bson, { promoteValues: false, bsonRegExp: true });
        expect(bsonToExtendedJson(bson)).toBe(EJSON.stringify(parsed, { relaxed: false }));
      }),
      { numRuns: 300 },
    );
  });

  it('writes the same text as a JSON string', () => {
    const into = new ByteWriter();
    fc.assert(
      fc.property(documents, document => {
        const bson = BSON.serialize(document);
        writeExtendedJsonString(into, bson);
        expect(into.take().toString()).toBe(JSON.stringify(bsonToExtendedJson(bson)));
      }),
    );
  });

  it('decodes what is no UTF-8, in a name as in a text, as everybody does', () => {
    const bson = BSON.serialize({ näme: 'ä' });
    const broken = Uint8Array.from(bson, byte => (byte === 0xc3 ? 0xff : byte));
    expect(bsonToExtendedJson(broken)).toBe('{"n��me":"��"}');
  });

  it('reads one field, and a document that lies within a larger buffer', () => {
    const inner = BSON.serialize({ a: { b: [1] }, _id: 'x"y' });
    const outer = Buffer.concat([Buffer.from('before'), inner, Buffer.from('after')]).subarray(6, 6 + inner.length);
    expect(bsonFieldToExtendedJson(outer, '_id')).toBe('"x\\"y"');
    expect(bsonFieldToExtendedJson(outer, 'none')).toBeUndefined();
    expect(bsonToExtendedJson(outer)).toBe('{"a":{"b":[{"$numberInt":"1"}]},"_id":"x\\"y"}');
  });

  it('names an element type that does not exist', () => {
    const bson = BSON.serialize({ a: true });
    bson[4] = 0x55;
    expect(() => bsonToExtendedJson(bson)).toThrow(BsonFormatError);
  });
});
