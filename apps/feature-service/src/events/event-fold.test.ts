import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldEvents, type EventChange, type EventState } from './event-fold.js';

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
  readonly states = new Map<string, EventState>();

  /** Applies changes; gives the customers that the fold named. */
  apply(changes: readonly EventChange[]): Set<string> {
    const held = [...new Set(changes.map(({ eventId }) => eventId))].flatMap(id => this.states.get(id) ?? []);
    const { changed, removed, customers } = foldEvents(held, changes);
    for (const state of changed) this.states.set(state._id, state);
    for (const id of removed) this.states.delete(id);
    return customers;
  }

  /** What is known of each event, but for the change that brought it. */
  events(): Map<string, EventChange['event']> {
    return new Map(
      [...this.states.values()]
        .toSorted((a, b) => (a._id < b._id ? -1 : 1))
        .map(({ _id, customerId, sessionId, timeMs, engagementTimeMsec }) => [
          _id,
          { customerId, sessionId, timeMs, engagementTimeMsec },
        ]),
    );
  }
}

describe('foldEvents', () => {
  it('moves an event to another customer, and names both', () => {
    const before = foldEvents([], [change('e1', 1, 'ann')]).changed;
    const { changed, removed, customers } = foldEvents(before, [change('e1', 2, 'bob')]);
    expect(changed).toMatchObject([{ _id: 'e1', customerId: 'bob' }]);
    expect(removed).toEqual([]);
    expect([...customers].sort()).toEqual(['ann', 'bob']);
  });

  it('removes a deleted event, known by its id alone', () => {
    const before = foldEvents([], [change('e1', 1, 'ann')]).changed;
    const { changed, removed, customers } = foldEvents(before, [change('e1', 3, null)]);
    expect({ changed, removed, customers: [...customers] }).toEqual({
      changed: [],
      removed: ['e1'],
      customers: ['ann'],
    });
  });

  it('writes nothing for an event that comes and goes within one batch', () => {
    const { changed, removed, customers } = foldEvents([], [change('e1', 1, 'ann'), change('e1', 2, null)]);
    expect({ changed, removed, customers: [...customers] }).toEqual({ changed: [], removed: [], customers: [] });
  });

  it('leaves out a change older than what is held, and does not call a repeated one a change', () => {
    const before = foldEvents([], [change('e1', 5, 'ann')]).changed;
    expect(foldEvents(before, [change('e1', 4, 'bob'), change('e1', 3, null)])).toMatchObject({
      changed: [],
      removed: [],
    });
    expect([...foldEvents(before, [change('e1', 5, 'ann')]).customers]).toEqual([]);
  });

  it('ends at the last word on every event, however the changes are cut and sent again, and names whoever is concerned', () => {
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
        const expected = new Map(
          [...new Map(changes.map(({ eventId, event }) => [eventId, event]))]
            .filter(([, event]) => event !== null)
            .toSorted(([a], [b]) => (a < b ? -1 : 1)),
        );
        const documents = new Documents();
        const apply = (some: readonly EventChange[]) => {
          const before = documents.events();
          const named = documents.apply(some);
          for (const customer of concerned(before, documents.events())) expect(named).toContain(customer);
        };
        let from = 0;
        for (const size of cuts) apply(changes.slice(from, (from += size)));
        apply(changes.slice(from));
        expect(documents.events()).toEqual(expected);
        apply(changes.slice(again));
        expect(documents.events()).toEqual(expected);
      }),
    );
  });
});

/** The customers whose events differ. */
function concerned(before: Map<string, EventChange['event']>, after: Map<string, EventChange['event']>): Set<string> {
  const customers = new Set<string>();
  for (const id of [...before.keys(), ...after.keys()]) {
    const [old, now] = [before.get(id), after.get(id)];
    if (JSON.stringify(old) === JSON.stringify(now)) continue;
    for (const event of [old, now]) if (event) customers.add(event.customerId);
  }
  return customers;
}
