import type { LogMessage } from '../log-transport.js';
import { VarintReader } from './varint.js';

/** A message within a record batch that was read; its headers are decoded when they are first asked for. */
export class RecordMessage implements LogMessage {
  private textHeaders: Record<string, string> | undefined;

  constructor(
    readonly offset: bigint,
    readonly key: Buffer | null,
    readonly value: Buffer | null,
    readonly timestampMs: number,
    private readonly bytes: Buffer,
    private readonly headersAt: number,
    private readonly end: number,
  ) {}

  get headers(): Readonly<Record<string, string>> {
    return (this.textHeaders ??= readHeaders(this.bytes, this.headersAt, this.end));
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
