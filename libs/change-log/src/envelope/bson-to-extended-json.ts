import { BSON } from 'mongodb';
import { isUtf8 } from 'node:buffer';
import { ByteWriter } from './byte-writer.js';
import { type ExtendedJsonTokens, PLAIN, QUOTED } from './extended-json-tokens.js';

/** Bytes that are no BSON document. */
export class BsonFormatError extends Error {
  constructor(reason: string) {
    super(`not a BSON document: ${reason}`);
    this.name = 'BsonFormatError';
  }
}

/** For texts that are read out at once. */
const scratch = new ByteWriter();

/**
 * The canonical Extended JSON text of a BSON document, written straight from its bytes: the same text as
 * `EJSON.stringify(document, { relaxed: false })`, without building the document first.
 *
 * @throws BsonFormatError for an element type that BSON does not have.
 * @see https://github.com/mongodb/specifications/blob/master/source/extended-json/extended-json.md
 */
export function bsonToExtendedJson(bson: Uint8Array): string {
  scratch.truncate(0);
  new Reader(bson, scratch, PLAIN).document(0, false);
  return scratch.take().toString();
}

/** The canonical Extended JSON text of the field `name` of a BSON document, or undefined where it has no such field. */
export function bsonFieldToExtendedJson(bson: Uint8Array, name: string): string | undefined {
  scratch.truncate(0);
  return new Reader(bson, scratch, PLAIN).field(name) ? scratch.take().toString() : undefined;
}

/**
 * Writes the canonical Extended JSON text of a BSON document as a JSON string, quotes and all: `{\"a\":…}`.
 *
 * @throws BsonFormatError for an element type that BSON does not have.
 */
export function writeExtendedJsonString(into: ByteWriter, bson: Uint8Array): void {
  into.ascii('"');
  new Reader(bson, into, QUOTED).document(0, false);
  into.ascii('"');
}

/** Names of fields as they are written, by the FNV hash of their bytes: documents of a collection have the same ones, which are read once. */
interface KnownName {
  bytes: Uint8Array;
  plain: Uint8Array;
  quoted: Uint8Array;
}
const KNOWN_NAMES = new Map<number, KnownName>();
const MOST_KNOWN_NAMES = 10_000;
const FNV_PRIME = 0x01000193;

const TWO_TO_THE_32 = 2 ** 32;

class Reader {
  private readonly bytes: Buffer;
  private readonly view: DataView;
  private at = 0;

  constructor(
    bson: Uint8Array,
    private readonly into: ByteWriter,
    private readonly tokens: ExtendedJsonTokens,
  ) {
    this.bytes = Buffer.from(bson.buffer, bson.byteOffset, bson.byteLength);
    this.view = new DataView(bson.buffer, bson.byteOffset, bson.byteLength);
  }

  document(start: number, isArray: boolean): void {
    const { bytes, into } = this;
    this.at = start + 4;
    into.byte(isArray ? 0x5b : 0x7b);
    let first = true;
    for (let type = bytes[this.at++]; type !== 0; type = bytes[this.at++]) {
      if (type === undefined) throw new BsonFormatError('it ends early');
      if (first) first = false;
      else into.byte(0x2c);
      if (isArray) this.skipName();
      else this.name();
      this.value(type);
    }
    into.byte(isArray ? 0x5d : 0x7d);
  }

  /** Writes a field's value and gives true, or gives false where there is none of that name. */
  field(name: string): boolean {
    this.at = 4;
    for (let type = this.bytes[this.at++]; type; type = this.bytes[this.at++]) {
      const start = this.at;
      this.skipName();
      const found = this.bytes.toString('utf8', start, this.at - 1) === name;
      this.value(type);
      if (found) return true;
      this.into.truncate(0);
    }
    return false;
  }

  private skipName(): void {
    const { bytes } = this;
    while (bytes[this.at] !== 0) this.at++;
    this.at++;
  }

  /** A field's name, quoted, with its colon. */
  private name(): void {
    const { bytes } = this;
    const start = this.at;
    let end = start;
    let hash = 0;
    for (let byte = bytes[end]; byte; byte = bytes[++end]) hash = Math.imul(hash ^ byte, FNV_PRIME);
    this.at = end + 1;
    let name = KNOWN_NAMES.get(hash);
    if (name === undefined || !isAt(bytes, start, end, name.bytes)) {
      name = knownName(Buffer.from(bytes.subarray(start, end)));
      if (KNOWN_NAMES.size < MOST_KNOWN_NAMES) KNOWN_NAMES.set(hash, name);
    }
    this.into.token(this.tokens === PLAIN ? name.plain : name.quoted);
  }

  private value(type: number): void {
    const { bytes, into, view, tokens } = this;
    switch (type) {
      case 0x01:
        return this.number(tokens.double, doubleText(view.getFloat64(this.take(8), true)));
      case 0x02:
        return this.string();
      case 0x03:
        return this.nested(false);
      case 0x04:
        return this.nested(true);
      case 0x05:
        return this.binary();
      case 0x06:
        return into.token(tokens.undefined);
      case 0x07:
        return this.objectId();
      case 0x08:
        return into.ascii(bytes[this.take(1)] === 1 ? 'true' : 'false');
      case 0x09:
        into.token(tokens.date);
        this.number(tokens.long, this.int64());
        return into.byte(0x7d);
      case 0x0a:
        return into.ascii('null');
      case 0x0b:
        into.token(tokens.regularExpression);
        this.cstring();
        into.token(tokens.regularExpressionOptions);
        this.cstring();
        return into.ascii('}}');
      case 0x0c:
        into.token(tokens.dbPointer);
        this.string();
        into.token(tokens.dbPointerId);
        this.objectId();
        return into.ascii('}}');
      case 0x0d:
        into.token(tokens.code);
        this.string();
        return into.byte(0x7d);
      case 0x0e:
        into.token(tokens.symbol);
        this.string();
        return into.byte(0x7d);
      case 0x0f:
        this.take(4);
        into.token(tokens.code);
        this.string();
        into.token(tokens.scope);
        this.nested(false);
        return into.byte(0x7d);
      case 0x10:
        return this.number(tokens.int, String(view.getInt32(this.take(4), true)));
      case 0x11: {
        const start = this.take(8);
        into.token(tokens.timestamp);
        into.ascii(String(view.getUint32(start + 4, true)));
        into.token(tokens.timestampIncrement);
        into.ascii(String(view.getUint32(start, true)));
        return into.ascii('}}');
      }
      case 0x12:
        return this.number(tokens.long, this.int64());
      case 0x13: {
        const start = this.take(16);
        return this.number(
          tokens.decimal,
          new BSON.Decimal128(Uint8Array.from(bytes.subarray(start, start + 16))).toString(),
        );
      }
      case 0xff:
        return into.token(tokens.minKey);
      case 0x7f:
        return into.token(tokens.maxKey);
      default:
        throw new BsonFormatError(`unknown element type 0x${type.toString(16)}`);
    }
  }

  private number(opening: Uint8Array, digits: string): void {
    const { into, tokens } = this;
    into.token(opening);
    into.ascii(digits);
    into.token(tokens.quoteAndBrace);
  }

  private int64(): string {
    const start = this.take(8);
    const value = this.view.getInt32(start + 4, true) * TWO_TO_THE_32 + this.view.getUint32(start, true);
    return Number.isSafeInteger(value) ? String(value) : String(this.view.getBigInt64(start, true));
  }

  private string(): void {
    const start = this.at + 4;
    const end = start - 1 + this.view.getInt32(this.at, true);
    this.at = end + 1;
    this.text(this.bytes, start, end);
  }

  private cstring(): void {
    const start = this.at;
    this.skipName();
    this.text(this.bytes, start, this.at - 1);
  }

  /** A JSON string of UTF-8 bytes; what is no UTF-8 becomes what decoding makes of it. */
  private text(source: Buffer, start: number, end: number): void {
    const { into, tokens } = this;
    const written = into.length;
    into.token(tokens.quote);
    let isChecked = false;
    for (let from = start; from < end; from++) {
      from = into.escaped(source, from, end, tokens.escapes);
      if (from === end) break;
      const byte = source[from] ?? 0;
      const escape = tokens.escapes[byte];
      if (byte < 0x80 && escape) {
        into.token(escape);
        continue;
      }
      isChecked ||= isUtf8(source.subarray(start, end));
      if (!isChecked) {
        into.truncate(written);
        const decoded = Buffer.from(source.toString('utf8', start, end));
        return this.text(decoded, 0, decoded.length);
      }
      into.byte(byte);
    }
    into.token(tokens.quote);
  }

  private nested(isArray: boolean): void {
    const start = this.at;
    this.document(start, isArray);
    this.at = start + this.view.getInt32(start, true);
  }

  private take(length: number): number {
    const start = this.at;
    this.at += length;
    return start;
  }

  private objectId(): void {
    const { into, tokens } = this;
    const start = this.take(12);
    into.token(tokens.objectId);
    into.hex(this.bytes, start, start + 12);
    into.token(tokens.quoteAndBrace);
  }

  private binary(): void {
    const { into, tokens, view } = this;
    let length = view.getInt32(this.take(4), true);
    const subType = this.bytes[this.take(1)] ?? 0;
    // The old generic subtype repeats the length within the data.
    if (subType === 2) length = view.getInt32(this.take(4), true);
    const start = this.take(length);
    into.token(tokens.binary);
    into.utf8(this.bytes.toString('base64', start, start + length));
    into.token(tokens.binarySubType);
    into.ascii(subType.toString(16).padStart(2, '0'));
    into.token(tokens.quoteAndBrace);
    into.byte(0x7d);
  }
}

function isAt(bytes: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  if (name.length !== end - start) return false;
  for (let at = 0; at < name.length; at++) if (bytes[start + at] !== name[at]) return false;
  return true;
}

function knownName(bytes: Buffer): KnownName {
  const text = `${JSON.stringify(bytes.toString())}:`;
  return { bytes, plain: PLAIN.token(text), quoted: QUOTED.token(text) };
}

function doubleText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  return Number.isInteger(value) ? value.toFixed(1) : value.toString();
}
