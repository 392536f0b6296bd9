import type { LogRecord, ReceivedMessage } from '../transport/log-transport.js';
import { VarintReader } from './varint.js';

/**
 * A message within a record batch that was read. Its parts are read whenever they are asked for: of the thousands that wait in memory none holds more
 * than its place, so there is little for the garbage collector to look at again and again.
 */
export class RecordMessage implements ReceivedMessage, LogRecord {
  constructor(
    readonly offset: bigint,
    readonly timestampMs: number,
    readonly bytes: Buffer,
    readonly from: number,
    readonly to: number,
  ) {}

  get record(): LogRecord {
    return this;
  }

  get key(): Buffer | null {
    return this.afterParts(0).bytesOrNull();
  }

  get value(): Buffer | null {
    return this.afterParts(1).bytesOrNull();
  }

  get headers(): Readonly<Record<string, string>> {
    return readHeaders(this.bytes, this.afterParts(2).at, this.to);
  }

  header(name: string): string | undefined {
    const reader = this.afterParts(2);
    let found: string | undefined;
    for (let left = reader.int(); left > 0; left--) {
      const isIt = reader.isNext(name);
      reader.skip();
      if (isIt) found = reader.bytesOrNull()?.toString() ?? found;
      else reader.skip();
    }
    return found;
  }

  /** A reader at the key, behind it, or behind the key and the value. */
  private afterParts(count: number): VarintReader {
    const reader = new VarintReader(this.bytes, this.from);
    for (let part = 0; part < count; part++) reader.skip();
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
