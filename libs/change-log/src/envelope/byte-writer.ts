const SLAB_BYTES = 256 * 1024;

/** Writes bytes one after another. What was taken lies in memory shared with its neighbours, and is never written to again. */
export class ByteWriter {
  private bytes = Buffer.allocUnsafeSlow(SLAB_BYTES);
  private start = 0;
  private at = 0;

  /** How many bytes were written since the last were taken. */
  get length(): number {
    return this.at - this.start;
  }

  /** What was written since the last time. */
  take(): Buffer {
    const taken = this.bytes.subarray(this.start, this.at);
    this.start = this.at;
    return taken;
  }

  /** Takes back what was written beyond `length`. */
  truncate(length: number): void {
    this.at = this.start + length;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.at++] = value;
  }

  /** Writes a few bytes: it copies them one by one, which for a few is faster than to ask for it. */
  token(token: Uint8Array): void {
    const { length } = token;
    this.reserve(length);
    const { bytes, at } = this;
    for (let index = 0; index < length; index++) bytes[at + index] = token[index] ?? 0;
    this.at = at + length;
  }

  /** Writes a short text of ASCII characters. */
  ascii(text: string): void {
    const { length } = text;
    this.reserve(length);
    const { bytes, at } = this;
    for (let index = 0; index < length; index++) bytes[at + index] = text.charCodeAt(index);
    this.at = at + length;
  }

  utf8(text: string): void {
    this.reserve(Buffer.byteLength(text));
    this.at += this.bytes.write(text, this.at);
  }

  /** Writes bytes as lower-case hexadecimal digits. */
  hex(source: Uint8Array, from: number, to: number): void {
    this.reserve((to - from) * 2);
    const { bytes } = this;
    let { at } = this;
    for (let index = from; index < to; index++) {
      const byte = source[index] ?? 0;
      bytes[at++] = digitOf(byte >> 4);
      bytes[at++] = digitOf(byte & 15);
    }
    this.at = at;
  }

  /** Copies bytes up to the first that `escapes` has something for, and says where that is. */
  escaped(source: Uint8Array, from: number, to: number, escapes: readonly (Uint8Array | undefined)[]): number {
    this.reserve(to - from);
    const { bytes } = this;
    let { at } = this;
    for (let index = from; index < to; index++) {
      const byte = source[index] ?? 0;
      if (escapes[byte] !== undefined) {
        this.at = at;
        return index;
      }
      bytes[at++] = byte;
    }
    this.at = at;
    return to;
  }

  private reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    const { length } = this;
    const next = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, 2 * (length + more)));
    this.bytes.copy(next, 0, this.start, this.at);
    this.bytes = next;
    this.start = 0;
    this.at = length;
  }
}

function digitOf(nibble: number): number {
  return nibble + (nibble < 10 ? 0x30 : 0x57);
}
