import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldEvents, sessionKey, type EventChange, type SessionState } from './session-fold.js';

const DAY_MS = 86_400_000;

function change(
  eventId: string,
  seq: number,
  customerId: string | null,
  sessionId: string | null = 's',
  timeMs = 1000,
  engagementTimeMsec = 5,
): EventChange {
  const event = customerId === null ? null : { customerId, sessionId, timeMs, engagementTimeMsec };
  return { eventId, seq: String(seq).padStart(6, '0'), event };
}

/** Keeps documents as the store does. */
class Documents {
  readonly states = new Map<string, SessionState>();
  readonly dirty = new Set<string>();

  apply(changes: readonly EventChange[]): void {
    const keys = new Set(changes.flatMap(({ event }) => (event ? [sessionKey(event)] : [])));
    const ids = new Set(changes.map(({ eventId }) => eventId));
    const touched = [...this.states.values()].filter(
      ({ _id, events }) => keys.has(_id) || events.some(({ id }) => ids.has(id)),
    );
    const { changed, removed, customers } = foldEvents(touched, changes);
    for (const state of changed) this.states.set(state._id, state);
    for (const id of removed) this.states.delete(id);
    for (const customer of customers) this.dirty.add(customer);
  }

  events(): string[] {
    return [...this.states.values()]
      .flatMap(({ customerId, sessionId, events }) =>
        events.map(({ id, timeMs, engagementTimeMsec }) =>
          JSON.stringify([id, customerId, sessionId, timeMs, engagementTimeMsec]),
        ),
      )
      .sort();
  }
}

describe('foldEvents', () => {
  it('gathers a session, and its first and last moment', () => {
    const { changed, customers } = foldEvents(
      [],
      [change('e1', 1, 'ann', 's', 2000), change('e2', 2, 'ann', 's', 1000)],
    );
    expect(changed).toHaveLength(1);
    expect(changed[0]).toMatchObject({ customerId: 'ann', sessionId: 's', firstAtMs: 1000, lastAtMs: 2000 });
    expect([...customers]).toEqual(['ann']);
  });

  it('moves an event to another customer and removes the session it leaves empty', () => {
    const before = foldEvents([], [change('e1', 1, 'ann')]).changed;
    const { changed, removed, customers } = foldEvents(before, [change('e1', 2, 'bob')]);
    expect(changed.map(({ customerId }) => customerId)).toEqual(['bob']);
    expect(removed).toEqual(before.map(({ _id }) => _id));
    expect([...customers].sort()).toEqual(['ann', 'bob']);
  });

  it('finds a deleted event by its id alone', () => {
    const before = foldEvents([], [change('e1', 1, 'ann'), change('e2', 2, 'ann')]).changed;
    const { changed } = foldEvents(before, [change('e1', 3, null)]);
    expect(changed[0]?.events.map(({ id }) => id)).toEqual(['e2']);
  });

  it('leaves out a change older than what is held, and does not call a repeated one a change', () => {
    const before = foldEvents([], [change('e1', 5, 'ann')]).changed;
    expect(foldEvents(before, [change('e1', 4, 'bob'), change('e1', 3, null)]).changed).toEqual([]);
    expect([...foldEvents(before, [change('e1', 5, 'ann')]).customers]).toEqual([]);
  });

  it('keeps events without a session apart by day', () => {
    const { changed } = foldEvents([], [change('e1', 1, 'ann', null, 0), change('e2', 2, 'ann', null, DAY_MS)]);
    expect(changed.map(({ sessionId, events }) => [sessionId, events.length])).toEqual([
      [null, 1],
      [null, 1],
    ]);
  });

  it('ends at the last word on every event, however the changes are cut and sent again', () => {
    const arbitrary = fc.record({
      log: fc.array(
        fc.record({
          id: fc.integer({ min: 0, max: 6 }),
          customer: fc.option(fc.constantFrom('ann', 'bob')),
          session: fc.option(fc.constantFrom('1', '2')),
          time: fc.integer({ min: 0, max: 3 * DAY_MS }),
        }),
        { maxLength: 40 },
      ),
      cuts: fc.array(fc.nat(12), { maxLength: 10 }),
      again: fc.nat(40),
    });
    fc.assert(
      fc.property(arbitrary, ({ log, cuts, again }) => {
        const changes = log.map(({ id, customer, session, time }, at) => change(`e${id}`, at, customer, session, time));
        const last = new Map(changes.map(({ eventId, event }) => [eventId, event]));
        const expected = [...last]
          .flatMap(([id, event]) =>
            event
              ? [JSON.stringify([id, event.customerId, event.sessionId, event.timeMs, event.engagementTimeMsec])]
              : [],
          )
          .sort();
        const documents = new Documents();
        let from = 0;
        for (const size of cuts) documents.apply(changes.slice(from, (from += size)));
        documents.apply(changes.slice(from));
        expect(documents.events()).toEqual(expected);
        documents.apply(changes.slice(again));
        expect(documents.events()).toEqual(expected);
      }),
    );
  });
});
