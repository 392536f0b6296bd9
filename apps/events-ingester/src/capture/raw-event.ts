import { bsonFieldToExtendedJson, bsonToExtendedJson } from '@laurel/change-log';
import { BSON } from 'mongodb';

/** An event of the change stream; its documents are BSON, parts of the answer that they came in. */
export interface RawEvent {
  /** `_data` of the resume token. */
  token: string;
  kind: string;
  collection: string | undefined;
  /** Where a rename leads. */
  renamedTo: string | undefined;
  clusterTimeMs: number;
  ord: number;
  wallTimeMs: number | undefined;
  id: string | undefined;
  after: Uint8Array | null;
  before: Uint8Array | null;
  updateDescription:
    { removedFields: string[]; updatedFields: string; truncatedArrays: { field: string; size: number }[] } | undefined;
}

/** The elements of a BSON document as slices of it, by name. */
export function bsonElements(bson: Uint8Array): Map<string, Uint8Array> {
  const elements = new Map<string, Uint8Array>();
  const buffer = Buffer.from(bson.buffer, bson.byteOffset, bson.byteLength);
  for (const [, nameOffset, nameLength, offset, length] of BSON.onDemand.parseToElements(bson)) {
    elements.set(
      buffer.toString('latin1', nameOffset, nameOffset + nameLength),
      bson.subarray(offset, offset + length),
    );
  }
  return elements;
}

/** Reads an event from its bytes. */
export function readRawEvent(bson: Uint8Array): RawEvent {
  const elements = bsonElements(bson);
  const token = elements.get('_id');
  const ns = namespace(elements.get('ns'));
  const clusterTime = elements.get('clusterTime');
  const wallTime = elements.get('wallTime');
  const key = elements.get('documentKey');
  const after = elements.get('fullDocument');
  const before = elements.get('fullDocumentBeforeChange');
  const update = elements.get('updateDescription');
  return {
    token: token ? textOf(bsonElements(token).get('_data')) : '',
    kind: textOf(elements.get('operationType')),
    collection: ns,
    renamedTo: namespace(elements.get('to')),
    clusterTimeMs: clusterTime ? view(clusterTime).getUint32(4, true) * 1000 : 0,
    ord: clusterTime ? view(clusterTime).getUint32(0, true) : 0,
    wallTimeMs: wallTime ? Number(view(wallTime).getBigInt64(0, true)) : undefined,
    id: key ? bsonFieldToExtendedJson(key, '_id') : undefined,
    after: after && after.length > 0 ? after : null,
    before: before && before.length > 0 ? before : null,
    updateDescription: update && readUpdate(update),
  };
}

/** The text of a BSON string's bytes. */
export function textOf(value: Uint8Array | undefined): string {
  return value ? Buffer.from(value.buffer, value.byteOffset + 4, value.byteLength - 5).toString() : '';
}

function namespace(ns: Uint8Array | undefined): string | undefined {
  const collection = ns && bsonElements(ns).get('coll');
  return collection && textOf(collection);
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readUpdate(bson: Uint8Array): RawEvent['updateDescription'] {
  const elements = bsonElements(bson);
  const updated = elements.get('updatedFields');
  const removed = elements.get('removedFields');
  const truncated = elements.get('truncatedArrays');
  return {
    updatedFields: updated ? bsonToExtendedJson(updated) : '{}',
    removedFields: removed ? [...bsonElements(removed).values()].map(textOf) : [],
    truncatedArrays: truncated
      ? [...bsonElements(truncated).values()].map(each => {
          const { field, newSize } = BSON.deserialize(each);
          return { field: String(field), size: Number(newSize) };
        })
      : [],
  };
}
