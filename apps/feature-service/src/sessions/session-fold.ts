/** What the features need of one event. */
export interface SessionEvent {
  id: string;
  timeMs: number;
  engagementTimeMsec: number;
  /** Sequence of the change that brought it; compares as text. */
  seq: string;
}

/**
 * The events of one customer in one session. Events that name no session share one document per day (`sessionId` null), so that none
 * grows without end.
 */
export interface SessionState {
  _id: string;
  customerId: string;
  sessionId: string | null;
  firstAtMs: number;
  lastAtMs: number;
  events: SessionEvent[];
}

/** Where an event belongs, or null once it is deleted. */
export interface EventChange {
  eventId: string;
  seq: string;
  event: { customerId: string; sessionId: string | null; timeMs: number; engagementTimeMsec: number } | null;
}

/** What a fold changed: documents to write, ids of documents to remove, customers whose features may differ now. */
export interface FoldedSessions {
  changed: SessionState[];
  removed: string[];
  customers: Set<string>;
}

const DAY_MS = 86_400_000;

/** The id of the document that an event belongs to. */
export function sessionKey(event: NonNullable<EventChange['event']>): string {
  const { customerId, sessionId, timeMs } = event;
  return JSON.stringify(sessionId === null ? [customerId, null, Math.floor(timeMs / DAY_MS)] : [customerId, sessionId]);
}

/**
 * Applies changes of events, in their order, to the documents they touch. `states` must hold the documents of every {@link sessionKey} among
 * the changes, and those that now hold one of the events. A change older than what is held is left out, so the same changes may come again.
 * An event that moves to another session or customer leaves the old one.
 */
export function foldEvents(states: readonly SessionState[], changes: readonly EventChange[]): FoldedSessions {
  const sessions = new Map(states.map(state => [state._id, new Session(state)]));
  const homes = new Map<string, Session>();
  for (const session of sessions.values()) for (const id of session.events.keys()) homes.set(id, session);
  const customers = new Set<string>();

  for (const { eventId, seq, event } of changes) {
    const home = homes.get(eventId);
    const held = home?.events.get(eventId);
    if (held && seq < held.seq) continue;
    const target = event ? sessionFor(sessions, event) : undefined;
    if (home && home !== target) {
      home.remove(eventId);
      homes.delete(eventId);
      customers.add(home.customerId);
    }
    if (!event || !target) continue;
    const { timeMs, engagementTimeMsec } = event;
    target.put({ id: eventId, timeMs, engagementTimeMsec, seq });
    homes.set(eventId, target);
    const same = home === target && held?.timeMs === timeMs && held.engagementTimeMsec === engagementTimeMsec;
    if (!same) customers.add(target.customerId);
  }

  const touched = [...sessions.values()].filter(session => session.touched);
  return {
    changed: touched.filter(({ events }) => events.size > 0).map(session => session.state()),
    removed: touched.filter(({ events }) => events.size === 0).map(({ key }) => key),
    customers,
  };
}

function sessionFor(sessions: Map<string, Session>, event: NonNullable<EventChange['event']>): Session {
  const key = sessionKey(event);
  let session = sessions.get(key);
  if (!session) {
    session = new Session({ _id: key, customerId: event.customerId, sessionId: event.sessionId, events: [] });
    sessions.set(key, session);
  }
  return session;
}

class Session {
  readonly key: string;
  readonly customerId: string;
  readonly events: Map<string, SessionEvent>;
  touched = false;
  private readonly sessionId: string | null;

  constructor(state: Pick<SessionState, '_id' | 'customerId' | 'sessionId' | 'events'>) {
    this.key = state._id;
    this.customerId = state.customerId;
    this.sessionId = state.sessionId;
    this.events = new Map(state.events.map(event => [event.id, event]));
  }

  put(event: SessionEvent): void {
    this.events.set(event.id, event);
    this.touched = true;
  }

  remove(eventId: string): void {
    this.events.delete(eventId);
    this.touched = true;
  }

  state(): SessionState {
    const events = [...this.events.values()];
    const times = events.map(({ timeMs }) => timeMs);
    const firstAtMs = times.reduce((a, b) => Math.min(a, b), Infinity);
    const lastAtMs = times.reduce((a, b) => Math.max(a, b), -Infinity);
    return { _id: this.key, customerId: this.customerId, sessionId: this.sessionId, firstAtMs, lastAtMs, events };
  }
}
