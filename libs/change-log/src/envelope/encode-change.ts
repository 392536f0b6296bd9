import type { OutgoingMessage } from '../transport/log-transport.js';
import type { ChangeEvent } from './change-event.js';

const VERSION = '0.1.0';

/**
 * Writes changes as Debezium's MongoDB connector does (`before, after, updateDescription, source, op, ts_ms`), so that whoever reads Debezium
 * reads Laurel. The headers are CloudEvents' (binary mode), with `x-seq` and `x-epoch`.
 *
 * @see https://debezium.io/documentation/reference/stable/connectors/mongodb.html
 * @see https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/kafka-protocol-binding.md
 */
export class ChangeEncoder {
  private readonly sources = new Map<string, string>();

  /** `name` is the topic prefix: Debezium's logical server name. */
  constructor(private readonly name: string) {}

  /** The key of a document's messages: `{"id": "<Extended JSON of _id>"}`. */
  static keyOf(id: string): string {
    return `{"id":${JSON.stringify(id)}}`;
  }

  /** The message of a change; a delete is followed by a tombstone. */
  encode(event: ChangeEvent, nowMs: number): OutgoingMessage[] {
    const key = ChangeEncoder.keyOf(event.id);
    const message = { key, value: this.valueOf(event, nowMs), headers: this.headersOf(event) };
    return event.op === 'd' ? [message, { key, value: null }] : [message];
  }

  private valueOf(event: ChangeEvent, nowMs: number): string {
    const { before, after, updateDescription, op } = event;
    return (
      `{"before":${before === null ? 'null' : JSON.stringify(before)},"after":${after === null ? 'null' : JSON.stringify(after)},` +
      `"updateDescription":${updateDescription ? JSON.stringify(updateDescription) : 'null'},"source":${this.sourceOf(event)},` +
      `"op":"${op}","ts_ms":${nowMs},"transaction":null}`
    );
  }

  private sourceOf({ database, collection, snapshot, clusterTimeMs, ord, wallTimeMs, image }: ChangeEvent): string {
    const key = `${database}.${collection}`;
    let fixed = this.sources.get(key);
    if (fixed === undefined) {
      const source = {
        version: VERSION,
        connector: 'mongodb',
        name: this.name,
        db: database,
        sequence: null,
        collection,
      };
      fixed = JSON.stringify(source).slice(0, -1);
      this.sources.set(key, fixed);
    }
    return (
      `${fixed},"ts_ms":${clusterTimeMs},"snapshot":"${snapshot}","ord":${ord},"lsid":null,"txnNumber":null,` +
      `"wallTime":${wallTimeMs ?? null}${image ? `,"image":"${image}"` : ''}}`
    );
  }

  private headersOf({
    database,
    collection,
    op,
    eventId,
    seq,
    epoch,
    clusterTimeMs,
    wallTimeMs,
    traceparent,
  }: ChangeEvent): Record<string, string> {
    const headers: Record<string, string> = {
      ce_specversion: '1.0',
      ce_id: eventId,
      ce_source: `/${this.name}/${database}/${collection}`,
      ce_type: `${this.name}.change.${op}`,
      ce_time: new Date(wallTimeMs ?? clusterTimeMs).toISOString(),
      'x-epoch': String(epoch),
    };
    if (seq !== undefined) headers['x-seq'] = seq;
    if (traceparent !== undefined) headers['traceparent'] = traceparent;
    return headers;
  }
}
