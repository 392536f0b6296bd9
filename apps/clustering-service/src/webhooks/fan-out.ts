import type { MongoClient } from 'mongodb';
import { wants } from './webhook-endpoint.js';
import type { WebhookStore } from './webhook-store.js';

const EVENTS_AT_ONCE = 1000;

/** Puts the next events into the queues of the endpoints that want them, in one transaction; whether there may be more. */
export async function fanOut(store: WebhookStore, mongo: MongoClient): Promise<boolean> {
  return mongo.withSession(session =>
    session.withTransaction(async () => {
      const cursor = await store.cursors.findOne({ _id: 'fan-out' }, { session });
      const [at, n] = [cursor?.at ?? new Date(0), cursor?.n ?? 0];
      const later = { $or: [{ at: { $gt: at } }, { at, n: { $gt: n } }] };
      const events = await store.events
        .find(later, { session, sort: { at: 1, n: 1 }, limit: EVENTS_AT_ONCE })
        .toArray();
      const last = events.at(-1);
      if (!last) return false;
      const endpoints = await store.endpoints.find({ status: 'enabled' }, { session }).toArray();
      const now = new Date();
      for (const endpoint of endpoints) {
        const wanted = events.filter(event => event.at >= endpoint.createdAt && wants(endpoint, event));
        await store.enqueue(endpoint._id, wanted, now, session);
      }
      await store.cursors.updateOne({ _id: 'fan-out' }, { $set: { at: last.at, n: last.n } }, { session });
      return events.length === EVENTS_AT_ONCE;
    }),
  );
}
