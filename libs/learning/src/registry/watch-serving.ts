import { setTimeout as delay } from 'node:timers/promises';
import type { Collection, Document } from 'mongodb';
import { servingState, type ServingState } from './model-record.js';

const POLL_MS = 500;

/**
 * Follows the serving state of one model; see {@link ModelRegistry.watch}. It asks twice a second: one read of one small document, where a
 * change stream would make the server look at every write of the whole deployment.
 */
export function watchServing(
  serving: Collection<Document>,
  name: string,
  onChange: (state: ServingState) => void,
): () => Promise<void> {
  const ended = new AbortController();
  let seenRevision = 0;
  const look = async (): Promise<void> => {
    const parsed = servingState.safeParse(await serving.findOne({ name }));
    if (!parsed.success || parsed.data.revision <= seenRevision || ended.signal.aborted) return;
    seenRevision = parsed.data.revision;
    onChange(parsed.data);
  };
  const running = (async () => {
    while (!ended.signal.aborted) {
      await look().catch(() => undefined);
      await delay(POLL_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  })();
  return async () => {
    ended.abort();
    await running;
  };
}
