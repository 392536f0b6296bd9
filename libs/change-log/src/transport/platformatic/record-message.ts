import type { LogMessage } from '../log-transport.js';
import { VarintReader } from './varint.js';

/**
 * A message within a record batch that was read. Its parts are read whenever they are asked for: of the thousands that wait in memory none holds more
 * than its place, so there is little for the garbage collector to look at again and again.
 */
export class RecordMessage implements LogMessage {
  /** The key begins at `keyAt`. */
  constructor(
    readonly offset: bigint,
    readonly timestampMs: number,
    private readonly bytes: Buffer,
    private readonly keyAt: number,
    private readonly end: number,
  ) {}

  get key(): Buffer | null {
    return new VarintReader(this.bytes, this.keyAt).bytesOrNull();
  }

  get value(): Buffer | null {
    return this.afterParts(1).bytesOrNull();
  }

  get headers(): Readonly<Record<string, string>> {
    return readHeaders(this.bytes, this.afterParts(2).at, this.end);
  }

  /** A reader behind the key, or behind the key and the value. */
  private afterParts(count: number): VarintReader {
    const reader = new VarintReader(this.bytes, this.keyAt);
    for (let part = 0; part < count; part++) {
      const length = reader.int();
      reader.at += Math.max(0, length);
    }
    return reader;
  }
}

function readHeaders(bytes: Buffer, from: number, end: number): Record<string, string> {
  const reader = new VarintReader(bytes, from);
  // Where every byte is a character, all texts are parts of one that is decoded once.
  const all = bytes.toString('utf8', from, end);
  const isOneByOne = all.length === end - from;
  const text = (): string | null => {
    const length = reader.int();
    if (length < 0) return null;
    const start = reader.at;
    reader.at += length;
    return isOneByOne ? all.slice(start - from, reader.at - from) : bytes.toString('utf8', start, reader.at);
  };
  const headers: Record<string, string> = {};
  for (let left = reader.int(); left > 0; left--) {
    const name = text();
    const value = text();
    if (name !== null && value !== null) headers[name] = value;
  }
  return headers;
}
