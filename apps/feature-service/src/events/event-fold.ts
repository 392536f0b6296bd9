/** What the features need of one event, and the sequence of the change that brought it (compares as text). */
export interface EventState {
  /** The event's id. */
  _id: string;
  customerId: string;
  sessionId: string | null;
  timeMs: number;
  engagementTimeMsec: number;
  seq: string;
}

/** What an event is now, or null once it is deleted. */
export interface EventChange {
  eventId: string;
  seq: string;
  event: Pick<EventState, 'customerId' | 'sessionId' | 'timeMs' | 'engagementTimeMsec'> | null;
}

/** What a fold changed: documents to write, ids of documents to remove, customers whose features may differ now. */
export interface FoldedEvents {
  changed: EventState[];
  removed: string[];
  customers: Set<string>;
}

/**
 * Applies changes of events, in the order of each event, to what is held of them: `states` must hold every event named by the changes that
 * is known. A change older than what is held is left out, so the same changes may come again. An event that moves to another customer or
 * session changes what both did.
 */
export function foldEvents(states: readonly EventState[], changes: readonly EventChange[]): FoldedEvents {
  const before = new Map(states.map(state => [state._id, state]));
  const after = new Map(before);
  for (const { eventId, seq, event } of changes) {
    const held = after.get(eventId);
    if (held && seq < held.seq) continue;
    if (event) after.set(eventId, { _id: eventId, ...event, seq });
    else after.delete(eventId);
  }
  const result: FoldedEvents = { changed: [], removed: [], customers: new Set() };
  for (const [id, state] of after) {
    const old = before.get(id);
    if (old === state) continue;
    result.changed.push(state);
    if (old && sameToFeatures(old, state)) continue;
    if (old) result.customers.add(old.customerId);
    result.customers.add(state.customerId);
  }
  for (const [id, { customerId }] of before) {
    if (after.has(id)) continue;
    result.removed.push(id);
    result.customers.add(customerId);
  }
  return result;
}

function sameToFeatures(a: EventState, b: EventState): boolean {
  return (
    a.customerId === b.customerId &&
    a.sessionId === b.sessionId &&
    a.timeMs === b.timeMs &&
    a.engagementTimeMsec === b.engagementTimeMsec
  );
}
