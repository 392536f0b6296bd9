/** Bytes that Kafka's zigzag varint of a 32-bit number takes. */
export function varintSize(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  if (zigzag < 0x80) return 1;
  if (zigzag < 0x4000) return 2;
  if (zigzag < 0x200000) return 3;
  return zigzag < 0x10000000 ? 4 : 5;
}

/** Writes a zigzag varint and returns where it ends. */
export function writeVarint(into: Buffer, at: number, value: number): number {
  let zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  while (zigzag > 0x7f) {
    into[at++] = (zigzag & 0x7f) | 0x80;
    zigzag >>>= 7;
  }
  into[at++] = zigzag;
  return at;
}

/** Reads zigzag varints one after another. */
export class VarintReader {
  constructor(
    readonly bytes: Buffer,
    public at: number,
  ) {}

  /** A 32-bit number: a length, a count, an offset within a batch. */
  int(): number {
    let byte = this.byte();
    let value = byte & 0x7f;
    for (let shift = 7; byte > 0x7f; shift += 7) {
      byte = this.byte();
      value |= (byte & 0x7f) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  /** A number of up to 53 bits: a difference of timestamps in milliseconds. */
  long(): number {
    let byte = this.byte();
    let value = byte & 0x7f;
    for (let factor = 0x80; byte > 0x7f; factor *= 0x80) {
      byte = this.byte();
      value += (byte & 0x7f) * factor;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Bytes with their length before them, not copied; null where the length is −1. */
  bytesOrNull(): Buffer | null {
    const length = this.int();
    if (length < 0) return null;
    const from = this.at;
    this.at += length;
    return this.bytes.subarray(from, this.at);
  }

  /** Passes over bytes with their length before them. */
  skip(): void {
    const length = this.int();
    if (length > 0) this.at += length;
  }

  /** Whether an ASCII text comes next, its length before it. */
  isNext(text: string): boolean {
    const { at } = this;
    let isIt = this.int() === text.length;
    for (let index = 0; isIt && index < text.length; index++)
      isIt = this.bytes[this.at + index] === text.charCodeAt(index);
    this.at = at;
    return isIt;
  }

  private byte(): number {
    return this.bytes[this.at++] ?? 0;
  }
}
