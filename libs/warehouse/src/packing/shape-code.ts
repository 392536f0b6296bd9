import type { DocumentShape } from '@laurel/shop';

/** A field of a table's documents, and the place of its column; none for what is only checked. */
export interface CodedField {
  readonly name: string;
  readonly isRequired: boolean;
  readonly shape: DocumentShape;
  readonly column?: number;
}

// As assembly/shape.ts reads them.
const KINDS = { any: 0, text: 1, word: 2, number: 3, boolean: 4, date: 5, list: 6, object: 7 } as const;
const NO_COLUMN = 0xffff_ffff;
const MOST_REQUIRED = 64;

/** Writes shapes as the kernel reads them. */
export class ShapeCode {
  private bytes = Buffer.alloc(4096);
  private end = 0;

  /** `origin` is where the code will stand in the kernel's memory. */
  constructor(private readonly origin: number) {}

  /** What was written. */
  get code(): Uint8Array {
    return this.bytes.subarray(0, this.end);
  }

  /** Writes a shape and gives its address. */
  write(shape: DocumentShape): number {
    switch (shape.kind) {
      case 'object':
        return this.writeObject(shape.fields, shape.isNullable);
      case 'list': {
        const element = this.write(shape.element);
        const at = this.writeHead(shape, 12);
        this.bytes.writeUInt32LE(element, at + 8);
        return this.origin + at;
      }
      case 'word': {
        const words = shape.allowed.map(word => this.writeName(word));
        const at = this.writeHead(shape, 12 + 8 * words.length);
        this.bytes.writeUInt32LE(words.length, at + 8);
        for (const [index, word] of words.entries()) this.writeReference(at + 12 + 8 * index, word);
        return this.origin + at;
      }
      case 'number': {
        const at = this.writeHead(shape, 32);
        this.bytes.writeUInt32LE(Number(shape.isWhole), at + 8);
        this.bytes.writeUInt32LE(Number(shape.least.isStrict) + 2 * Number(shape.most.isStrict), at + 12);
        this.bytes.writeDoubleLE(shape.least.value, at + 16);
        this.bytes.writeDoubleLE(shape.most.value, at + 24);
        return this.origin + at;
      }
      default:
        return this.origin + this.writeHead(shape, 8);
    }
  }

  /** Writes the shape of an object with these fields and gives its address. */
  writeObject(fields: readonly CodedField[], isNullable: boolean): number {
    // Only the first ones are kept account of, so those that must be there come first.
    const ordered = fields.toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired));
    const required = ordered.filter(({ isRequired }) => isRequired).length;
    if (required > MOST_REQUIRED)
      throw new RangeError(`${required} required fields, at most ${MOST_REQUIRED} are possible.`);
    const written = ordered.map(({ name, shape, column = NO_COLUMN }) => ({
      name: this.writeName(name),
      shape: this.write(shape),
      column,
    }));
    const at = this.writeHead({ kind: 'object', isNullable }, 24 + 20 * written.length);
    this.bytes.writeUInt32LE(written.length, at + 8);
    this.bytes.writeUInt32LE(0, at + 12);
    this.bytes.writeBigUInt64LE((1n << BigInt(required)) - 1n, at + 16);
    for (const [number, { name, shape, column }] of written.entries()) {
      const field = at + 24 + 20 * number;
      this.writeReference(field, name);
      this.bytes.writeUInt32LE(shape, field + 8);
      this.bytes.writeUInt32LE(number, field + 12);
      this.bytes.writeUInt32LE(column, field + 16);
    }
    return this.origin + at;
  }

  private writeHead({ kind, isNullable }: Pick<DocumentShape, 'kind' | 'isNullable'>, length: number): number {
    const at = this.reserve(length);
    this.bytes.writeUInt32LE(KINDS[kind], at);
    this.bytes.writeUInt32LE(Number(isNullable), at + 4);
    return at;
  }

  /** Names compare by the bytes that JSON has between the quotes. */
  private writeName(name: string): { address: number; length: number } {
    const bytes = Buffer.from(JSON.stringify(name).slice(1, -1));
    const at = this.reserve(bytes.length);
    bytes.copy(this.bytes, at);
    return { address: this.origin + at, length: bytes.length };
  }

  private writeReference(at: number, { address, length }: { address: number; length: number }): void {
    this.bytes.writeUInt32LE(address, at);
    this.bytes.writeUInt32LE(length, at + 4);
  }

  private reserve(length: number): number {
    const at = this.end;
    this.end += Math.ceil(length / 8) * 8;
    if (this.end > this.bytes.length) {
      const larger = Buffer.alloc(2 * this.end);
      this.bytes.copy(larger);
      this.bytes = larger;
    }
    return at;
  }
}
