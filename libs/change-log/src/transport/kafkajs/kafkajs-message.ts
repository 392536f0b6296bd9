import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { LogRecord, ReceivedMessage } from '../log-transport.js';
import { recordOf } from '../../record-format/record-encoder.js';

/** A message as kafkajs read it; headers become text, and it a record, when they are first asked for. */
export class KafkajsMessage implements ReceivedMessage {
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  private readonly rawHeaders: IHeaders | undefined;
  private textHeaders: Record<string, string> | undefined;
  private encoded: LogRecord | undefined;

  constructor(private readonly message: KafkaMessage) {
    this.offset = BigInt(message.offset);
    this.key = message.key;
    this.value = message.value;
    this.rawHeaders = message.headers;
  }

  get timestampMs(): number {
    return Number(this.message.timestamp);
  }

  get headers(): Readonly<Record<string, string>> {
    return (this.textHeaders ??= textOf(this.rawHeaders));
  }

  header(name: string): string | undefined {
    return this.headers[name];
  }

  get record(): LogRecord {
    return (this.encoded ??= recordOf(this));
  }
}

function textOf(headers: IHeaders | undefined): Record<string, string> {
  const text: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) text[name] = typeof first === 'string' ? first : first.toString();
  }
  return text;
}
