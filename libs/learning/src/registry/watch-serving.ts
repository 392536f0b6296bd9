import { setTimeout as delay } from 'node:timers/promises';
import type { Collection, Document } from 'mongodb';
import { servingState, type ServingState } from './model-record.js';

const RETRY_MS = 1000;

/** Follows the serving state of one model by a change stream; see {@link ModelRegistry.watch}. */
export function watchServing(
  serving: Collection<Document>,
  name: string,
  onChange: (state: ServingState) => void,
): () => Promise<void> {
  const ended = new AbortController();
  let seenRevision = 0;
  const offer = (document: unknown): void => {
    const parsed = servingState.safeParse(document);
    if (!parsed.success || parsed.data.name !== name || parsed.data.revision <= seenRevision) return;
    seenRevision = parsed.data.revision;
    onChange(parsed.data);
  };
  const follow = async (): Promise<void> => {
    const stream = serving.watch([{ $match: { 'fullDocument.name': name } }], { fullDocument: 'updateLookup' });
    const close = (): void => void stream.close().catch(() => undefined);
    ended.signal.addEventListener('abort', close, { once: true });
    try {
      await stream.tryNext();
      offer(await serving.findOne({ name }));
      for await (const change of stream) offer('fullDocument' in change ? change.fullDocument : undefined);
    } finally {
      ended.signal.removeEventListener('abort', close);
      await stream.close();
    }
  };
  const running = (async () => {
    while (!ended.signal.aborted) {
      await follow().catch(() => undefined);
      if (!ended.signal.aborted) await delay(RETRY_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    ended.abort();
    await running;
  };
}
