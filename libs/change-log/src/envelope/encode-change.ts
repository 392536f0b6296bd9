import type { OutgoingMessage } from '../transport/log-transport.js';
import { writeExtendedJsonString } from './bson-to-extended-json.js';
import { ByteWriter } from './byte-writer.js';
import type { ChangeEvent, DocumentImage } from './change-event.js';

const VERSION = '0.1.0';

/** A message, its key ready to be hashed. */
export interface EncodedChange extends OutgoingMessage {
  key: Buffer;
}

/** What all messages of one collection have in common. */
interface Source {
  /** The beginning of the envelope's `source`. */
  fixed: Buffer;
  uri: string;
}

/**
 * Writes changes as Debezium's MongoDB connector does (`before, after, updateDescription, source, op, ts_ms`), so that whoever reads Debezium
 * reads Laurel. The headers are CloudEvents' (binary mode), with `x-seq` and `x-epoch`.
 *
 * @see https://debezium.io/documentation/reference/stable/connectors/mongodb.html
 * @see https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/kafka-protocol-binding.md
 */
export class ChangeEncoder {
  private readonly into = new ByteWriter();
  private readonly sources = new Map<string, Source>();
  private time = { ms: NaN, text: '' };

  /** `name` is the topic prefix: Debezium's logical server name. */
  constructor(private readonly name: string) {}

  /** The key of a document's messages: `{"id": "<Extended JSON of _id>"}`. */
  static keyOf(id: string): string {
    return `{"id":${JSON.stringify(id)}}`;
  }

  /** The message of a change; a delete is followed by a tombstone. */
  encode(event: ChangeEvent, nowMs: number): [EncodedChange, ...EncodedChange[]] {
    const source = this.sourceOf(event);
    const key = this.keyOf(event);
    const message = { key, value: this.valueOf(event, source, nowMs), headers: this.headersOf(event, source) };
    return event.op === 'd' ? [message, { key, value: null }] : [message];
  }

  private keyOf({ id }: ChangeEvent): Buffer {
    this.into.utf8(ChangeEncoder.keyOf(id));
    return this.into.take();
  }

  private valueOf(event: ChangeEvent, source: Source, nowMs: number): Buffer {
    const { into } = this;
    const { before, after, updateDescription, op, snapshot, clusterTimeMs, ord, wallTimeMs, image } = event;
    into.ascii('{"before":');
    this.document(before);
    into.ascii(',"after":');
    this.document(after);
    into.ascii(',"updateDescription":');
    if (updateDescription) into.utf8(JSON.stringify(updateDescription));
    else into.ascii('null');
    into.ascii(',"source":');
    into.token(source.fixed);
    into.ascii(
      `,"ts_ms":${clusterTimeMs},"snapshot":"${snapshot}","ord":${ord},"lsid":null,"txnNumber":null,"wallTime":`,
    );
    into.ascii(
      `${wallTimeMs ?? null}${image ? `,"image":"${image}"` : ''}},"op":"${op}","ts_ms":${nowMs},"transaction":null}`,
    );
    return into.take();
  }

  private document(image: DocumentImage | null): void {
    if (image === null) this.into.ascii('null');
    else if (typeof image === 'string') this.into.utf8(JSON.stringify(image));
    else writeExtendedJsonString(this.into, image);
  }

  private sourceOf({ database, collection }: ChangeEvent): Source {
    const key = `${database}.${collection}`;
    let source = this.sources.get(key);
    if (source === undefined) {
      const { name } = this;
      const fields = { version: VERSION, connector: 'mongodb', name, db: database, sequence: null, collection };
      source = {
        fixed: Buffer.from(JSON.stringify(fields).slice(0, -1)),
        uri: `/${name}/${database}/${collection}`,
      };
      this.sources.set(key, source);
    }
    return source;
  }

  private headersOf(event: ChangeEvent, { uri }: Source): Record<string, string> {
    const { op, eventId, seq, epoch, clusterTimeMs, wallTimeMs, traceparent } = event;
    const headers: Record<string, string> = {
      ce_specversion: '1.0',
      ce_id: eventId,
      ce_source: uri,
      ce_type: `${this.name}.change.${op}`,
      ce_time: this.timeText(wallTimeMs ?? clusterTimeMs),
      'x-epoch': String(epoch),
    };
    if (seq !== undefined) headers['x-seq'] = seq;
    if (traceparent !== undefined) headers['traceparent'] = traceparent;
    return headers;
  }

  /** Changes come in the order of their times: many in a row have the same. */
  private timeText(ms: number): string {
    if (ms !== this.time.ms) this.time = { ms, text: new Date(ms).toISOString() };
    return this.time.text;
  }
}
