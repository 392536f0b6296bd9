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
  ) {}

  get headers(): Readonly<Record<string, string>> {
    return (this.textHeaders ??= readHeaders(new VarintReader(this.bytes, this.headersAt)));
  }
}

function readHeaders(reader: VarintReader): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let left = reader.int(); left > 0; left--) {
    const name = text(reader);
    const value = text(reader);
    if (name !== null && value !== null) headers[name] = value;
  }
  return headers;
}

function text(reader: VarintReader): string | null {
  const length = reader.int();
  if (length < 0) return null;
  const from = reader.at;
  reader.at += length;
  return reader.bytes.toString('utf8', from, reader.at);
}
