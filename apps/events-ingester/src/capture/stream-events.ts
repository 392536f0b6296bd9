import { type ChangeEvent, type ChangeOperation, type ImageOrigin, Sequence } from '@laurel/change-log';
import type { Db } from 'mongodb';
import { imageKey, readMissingImages } from './missing-images.js';
import type { RawEvent } from './raw-event.js';

const OPERATIONS = new Map<string, ChangeOperation>([
  ['insert', 'c'],
  ['update', 'u'],
  ['replace', 'u'],
  ['delete', 'd'],
]);

/** Changes in a row, then perhaps the loss of a whole collection; without a name, a collection that came by renaming. */
export interface StreamPart {
  changes: RawEvent[];
  then?: { collection: string | undefined; token: string };
}

/** What the events of a change stream mean. */
export const StreamEvents = {
  /** Splits a batch where a collection was dropped or renamed; `isCaptured` tells the names of those that are read. */
  split(events: readonly RawEvent[], isCaptured: (collection: string) => boolean): StreamPart[] {
    const parts: StreamPart[] = [];
    let changes: RawEvent[] = [];
    const end = (collection: string | undefined, token: string) => {
      parts.push({ changes, then: { collection, token } });
      changes = [];
    };
    for (const event of events) {
      const { kind, collection, token, renamedTo } = event;
      if (OPERATIONS.has(kind)) changes.push(event);
      else if (kind === 'drop') end(collection, token);
      else if (kind === 'rename') {
        if (renamedTo !== undefined && isCaptured(renamedTo)) end(undefined, token);
        else end(collection, token);
      }
    }
    if (changes.length > 0) parts.push({ changes });
    return parts;
  },

  /** The events as changes; updates that came without a post-image are completed by reading the document. `slim`: all came without documents. */
  async changesOf(db: Db, epoch: number, events: readonly RawEvent[], slim: boolean): Promise<ChangeEvent[]> {
    const incomplete = events.filter(event => event.after === null && event.kind !== 'delete');
    const images = incomplete.length > 0 ? await readMissingImages(db, incomplete) : new Map<string, Uint8Array>();
    return events.flatMap(event => {
      const op = OPERATIONS.get(event.kind);
      const { collection, id, token, clusterTimeMs, ord, before, wallTimeMs, updateDescription } = event;
      if (op === undefined || collection === undefined || id === undefined) return [];
      const seq = Sequence.ofStream(epoch, token);
      const after = event.after ?? images.get(imageKey(collection, id)) ?? null;
      const image = originOf(event, after, slim);
      return {
        database: db.databaseName,
        collection,
        op,
        id,
        eventId: seq,
        seq,
        epoch,
        before,
        after,
        snapshot: false,
        clusterTimeMs,
        ord,
        ...(updateDescription && { updateDescription }),
        ...(wallTimeMs !== undefined && { wallTimeMs }),
        ...(image && { image }),
      };
    });
  },
} as const;

function originOf(event: RawEvent, after: Uint8Array | null, slim: boolean): ImageOrigin | undefined {
  if (slim) return 'too-large';
  if (event.after !== null || event.kind === 'delete') return undefined;
  return after === null ? 'missing' : 'looked-up';
}
