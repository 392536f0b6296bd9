import { wants, type WebhookEndpoint } from './webhook-endpoint.js';
import type { WebhookEvent } from './webhook-event.js';
import type { WebhookStore } from './webhook-store.js';

const BATCH = 1000;

/**
 * Puts what happened since a moment into an endpoint's queues once more, as far as it was told to anybody: what is not fanned out yet comes
 * anyway. Gives how many messages that are.
 */
export async function replayEvents(store: WebhookStore, endpoint: WebhookEndpoint, since: Date): Promise<number> {
  const cursor = await store.cursors.findOne({ _id: 'fan-out' });
  if (!cursor) return 0;
  const { at, n } = cursor;
  const told = { $or: [{ at: { $lt: at } }, { at, n: { $lte: n } }] };
  let messages = 0;
  let batch: WebhookEvent[] = [];
  const flush = async (): Promise<void> => {
    await store.enqueue(endpoint._id, batch, new Date());
    messages += batch.length;
    batch = [];
  };
  for await (const event of store.events.find({ $and: [{ at: { $gte: since } }, told] }, { sort: { at: 1, n: 1 } })) {
    if (wants(endpoint, event)) batch.push(event);
    if (batch.length === BATCH) await flush();
  }
  await flush();
  return messages;
}
