import { describe, expect, it } from 'vitest';
import { readingsOf, simulatedNotice, snapshotProgress, type PipelineStatus } from './pipeline-status.js';

const streaming: PipelineStatus['capture'] = { state: 'streaming', lag_seconds: 0, snapshot: {}, error: null };

function status(change: Partial<PipelineStatus> = {}): PipelineStatus {
  return { capture: streaming, load: { lag: 0, error: null }, dead_letters: { open: 0 }, ...change };
}

describe('readingsOf', () => {
  it('is content when all is well', () => {
    expect(readingsOf(status()).map(({ value, mood }) => [value, mood])).toEqual([
      ['Streaming', 'good'],
      ['Up to date', 'good'],
      ['None', 'good'],
    ]);
  });

  it.each<[Partial<PipelineStatus['capture']>, string, string, string]>([
    [{ lag_seconds: 61 }, 'Streaming', 'busy', '61 s behind'],
    [{ lag_seconds: null }, 'Streaming', 'good', 'Follows every change'],
    [{ state: 'standby' }, 'Standby', 'good', 'Another instance'],
    [{ state: 'snapshot' }, 'Snapshot', 'busy', 'already holds'],
    [{ state: 'failing', error: 'connection refused' }, 'Failing', 'bad', 'connection refused'],
    [{ state: 'stopped' }, 'Stopped', 'bad', 'see the log'],
  ])('reads capture %j as %s, %s: %s', (change, value, mood, meaning) => {
    expect(readingsOf(status({ capture: { ...streaming, ...change } }))[0]).toMatchObject({
      value,
      mood,
      meaning: expect.stringContaining(meaning),
    });
  });

  it('tells how much waits, why load stands, and what to do about dead letters', () => {
    const [, load, dead] = readingsOf(status({ load: { lag: 12345, error: null }, dead_letters: { open: 2 } }));
    expect(load).toMatchObject({ value: '12,345', mood: 'busy' });
    expect(dead).toMatchObject({
      value: '2',
      mood: 'bad',
      meaning: expect.stringContaining('npx laurel deadletters list'),
    });
    expect(readingsOf(status({ load: { lag: 1, error: 'disk full' } }))[1]).toMatchObject({
      value: 'Halted',
      mood: 'bad',
      meaning: 'disk full',
    });
  });
});

describe('snapshotProgress', () => {
  it('shows how far each collection is, until all are done', () => {
    const snapshot = {
      orders: { sent: 500, estimated: 2000, done: false },
      products: { sent: 80, estimated: 70, done: true },
      events: { sent: 9, estimated: 0, done: false },
    };
    expect(snapshotProgress(status({ capture: { ...streaming, snapshot } }))).toEqual([
      { collection: 'orders', text: '500 of about 2,000', share: 0.25 },
      { collection: 'products', text: '80 read', share: 1 },
      { collection: 'events', text: '9 of about 9', share: 1 },
    ]);
    expect(snapshotProgress(status({ capture: { ...streaming, snapshot: { products: snapshot.products } } }))).toEqual(
      [],
    );
  });
});

describe('simulatedNotice', () => {
  it('speaks only where something is simulated', () => {
    expect(simulatedNotice(status())).toBeUndefined();
    expect(simulatedNotice(status({ simulated: ['browsing', 'consent'] }))).toBe(
      'Simulated here: browsing and consent. This is the sample shop.',
    );
  });
});
