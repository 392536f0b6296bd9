import { describe, expect, it } from 'vitest';
import type { PipelineStatus } from './pipeline-status.js';
import { duration, statusView } from './status-view.js';

const settled: PipelineStatus = {
  capture: {
    state: 'streaming',
    epoch: 1,
    lag_seconds: 0,
    changes_sent: 12_345,
    changes_per_second: 2.5,
    stream_position: '2026-01-02T03:04:05.000Z',
    snapshot: { orders: { sent: 300, estimated: 300, done: true } },
    oplog: { window_seconds: 172_800, left_seconds: 172_700 },
    history_lost: 0,
    error: null,
  },
  load: {
    lag: 0,
    lag_seconds: 0,
    stored: 12_000,
    rows_per_second: 2,
    duplicates: 4,
    collections: [{ collection: 'orders', lag: 0, lag_seconds: 0 }],
    partitions: [0, 1].map(partition => ({ topic: 'laurel.shop.orders', partition, lag: 0, lag_seconds: 0 })),
    last_batch_at: '2026-01-02T03:04:05.000Z',
    error: null,
  },
  dead_letters: { total: 3, open: 0 },
  as_of: '2026-01-02T03:04:06.000Z',
};

describe('statusView', () => {
  it('says of a settled pipeline that all is in the warehouse, and how much of the oplog is left', () => {
    const text = statusView(settled);
    for (const part of [
      'streaming, at the end of the stream, epoch 1',
      '12,345 changes sent',
      'every change is in the warehouse',
    ])
      expect(text).toContain(part);
    expect(text).toContain('47 h 58 min of 2 d 0 h left of the oplog');
    expect(text).toMatch(/orders +whole +0/);
    expect(text).toContain('none open');
  });

  it('says what waits and since when, how far the snapshot is, and what went wrong', () => {
    const text = statusView(
      {
        ...settled,
        capture: {
          ...settled.capture,
          snapshot: { orders: { sent: 1_000, estimated: 20_000, done: false } },
          error: 'MongoDB went away',
        },
        load: {
          ...settled.load,
          lag: 1_500,
          lag_seconds: 75,
          partitions: [{ topic: 'laurel.shop.orders', partition: 3, lag: 1_500, lag_seconds: 75 }],
        },
        dead_letters: { total: 3, open: 2 },
      },
      { partitions: true },
    );
    expect(text).toContain('streaming: MongoDB went away');
    expect(text).toContain('1,500 changes waiting, for up to 1 min 15 s');
    expect(text).toMatch(/orders +3 +1,000 of about 20,000 +1,500 +1 min 15 s/);
    expect(text).toContain('2 open: laurel deadletters list');
  });

  it.each([
    [0, '0 s'],
    [1.26, '1.3 s'],
    [90, '1 min 30 s'],
    [3_661, '1 h 1 min'],
    [200_000, '2 d 7 h'],
    [-90, '-1 min 30 s'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
