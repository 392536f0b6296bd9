import { BSON } from 'mongodb';

/** Bytes that are no BSON document. */
export class BsonFormatError extends Error {
  constructor(reason: string) {
    super(`not a BSON document: ${reason}`);
    this.name = 'BsonFormatError';
  }
}

/**
 * The canonical Extended JSON text of a BSON document, written straight from its bytes: the same text as
 * `EJSON.stringify(document, { relaxed: false })`, without building the document first.
 *
 * @throws BsonFormatError for an element type that BSON does not have.
 * @see https://github.com/mongodb/specifications/blob/master/source/extended-json/extended-json.md
 */
export function bsonToExtendedJson(bson: Uint8Array): string {
  return new Reader(Buffer.from(bson.buffer, bson.byteOffset, bson.byteLength)).document(0, false);
}

/** The canonical Extended JSON text of the field `name` of a BSON document, or undefined where it has no such field. */
export function bsonFieldToExtendedJson(bson: Uint8Array, name: string): string | undefined {
  return new Reader(Buffer.from(bson.buffer, bson.byteOffset, bson.byteLength)).field(name);
}

/** Up to this many bytes it is faster to build a text character by character than to ask for it. */
const SHORT_TEXT = 24;

/** Names of fields as they are written, by the FNV hash of their bytes: documents of a collection have the same ones, which are read once. */
const KNOWN_NAMES = new Map<number, { bytes: Buffer; text: string }>();
const MOST_KNOWN_NAMES = 10_000;
const FNV_PRIME = 0x01000193;

function isAt(bytes: Buffer, start: number, end: number, name: Buffer): boolean {
  if (name.length !== end - start) return false;
  for (let at = 0; at < name.length; at++) if (bytes[start + at] !== name[at]) return false;
  return true;
}

/** Whether a byte is a character that JSON writes as it is. */
function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  document(start: number, isArray: boolean): string {
    const { bytes } = this;
    this.at = start + 4;
    let text = isArray ? '[' : '{';
    let first = true;
    for (let type = bytes[this.at++]; type !== 0; type = bytes[this.at++]) {
      if (type === undefined) throw new BsonFormatError('it ends early');
      if (first) first = false;
      else text += ',';
      if (isArray) this.skipName();
      else text += this.name();
      text += this.value(type);
    }
    return text + (isArray ? ']' : '}');
  }

  field(name: string): string | undefined {
    this.at = 4;
    for (let type = this.bytes[this.at++]; type; type = this.bytes[this.at++]) {
      const found = this.cstring() === name;
      const text = this.value(type);
      if (found) return text;
    }
    return undefined;
  }

  private skipName(): void {
    const { bytes } = this;
    while (bytes[this.at] !== 0) this.at++;
    this.at++;
  }

  /** A field's name, quoted, with its colon. */
  private name(): string {
    const { bytes } = this;
    const start = this.at;
    let at = start;
    let hash = 0;
    for (let byte = bytes[at]; byte; byte = bytes[++at]) hash = Math.imul(hash ^ byte, FNV_PRIME);
    this.at = at + 1;
    const known = KNOWN_NAMES.get(hash);
    if (known && isAt(bytes, start, at, known.bytes)) return known.text;
    const text = `${JSON.stringify(bytes.toString('utf8', start, at))}:`;
    if (KNOWN_NAMES.size < MOST_KNOWN_NAMES)
      KNOWN_NAMES.set(hash, { bytes: Buffer.from(bytes.subarray(start, at)), text });
    return text;
  }

  private cstring(): string {
    const end = this.bytes.indexOf(0, this.at);
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end + 1;
    return text;
  }

  private string(): string {
    const { bytes } = this;
    const start = this.at + 4;
    const end = start - 1 + bytes.readInt32LE(this.at);
    this.at = end + 1;
    if (end - start > SHORT_TEXT) return JSON.stringify(bytes.toString('utf8', start, end));
    let plain = '"';
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (!isPlain(byte)) return JSON.stringify(bytes.toString('utf8', start, end));
      plain += String.fromCharCode(byte);
    }
    return `${plain}"`;
  }

  private nested(isArray: boolean): string {
    const start = this.at;
    const text = this.document(start, isArray);
    this.at = start + this.bytes.readInt32LE(start);
    return text;
  }

  private take(length: number): number {
    const start = this.at;
    this.at += length;
    return start;
  }

  private value(type: number): string {
    const { bytes } = this;
    switch (type) {
      case 0x01:
        return `{"$numberDouble":"${doubleText(bytes.readDoubleLE(this.take(8)))}"}`;
      case 0x02:
        return this.string();
      case 0x03:
        return this.nested(false);
      case 0x04:
        return this.nested(true);
      case 0x05:
        return this.binary();
      case 0x06:
        return '{"$undefined":true}';
      case 0x07:
        return this.objectId();
      case 0x08:
        return bytes[this.take(1)] === 1 ? 'true' : 'false';
      case 0x09:
        return `{"$date":{"$numberLong":"${bytes.readBigInt64LE(this.take(8))}"}}`;
      case 0x0a:
        return 'null';
      case 0x0b:
        return `{"$regularExpression":{"pattern":${JSON.stringify(this.cstring())},"options":${JSON.stringify(this.cstring())}}}`;
      case 0x0c:
        return `{"$dbPointer":{"$ref":${this.string()},"$id":${this.objectId()}}}`;
      case 0x0d:
        return `{"$code":${this.string()}}`;
      case 0x0e:
        return `{"$symbol":${this.string()}}`;
      case 0x0f:
        this.take(4);
        return `{"$code":${this.string()},"$scope":${this.nested(false)}}`;
      case 0x10:
        return `{"$numberInt":"${bytes.readInt32LE(this.take(4))}"}`;
      case 0x11: {
        const start = this.take(8);
        return `{"$timestamp":{"t":${bytes.readUInt32LE(start + 4)},"i":${bytes.readUInt32LE(start)}}}`;
      }
      case 0x12:
        return `{"$numberLong":"${bytes.readBigInt64LE(this.take(8))}"}`;
      case 0x13: {
        const start = this.take(16);
        return `{"$numberDecimal":"${new BSON.Decimal128(Uint8Array.from(bytes.subarray(start, start + 16))).toString()}"}`;
      }
      case 0xff:
        return '{"$minKey":1}';
      case 0x7f:
        return '{"$maxKey":1}';
      default:
        throw new BsonFormatError(`unknown element type 0x${type.toString(16)}`);
    }
  }

  private objectId(): string {
    const start = this.take(12);
    return `{"$oid":"${this.bytes.toString('hex', start, start + 12)}"}`;
  }

  private binary(): string {
    let length = this.bytes.readInt32LE(this.take(4));
    const subType = this.bytes[this.take(1)] ?? 0;
    // The old generic subtype repeats the length within the data.
    if (subType === 2) length = this.bytes.readInt32LE(this.take(4));
    const start = this.take(length);
    const base64 = this.bytes.toString('base64', start, start + length);
    return `{"$binary":{"base64":"${base64}","subType":"${subType.toString(16).padStart(2, '0')}"}}`;
  }
}

function doubleText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  return Number.isInteger(value) ? value.toFixed(1) : value.toString();
}
