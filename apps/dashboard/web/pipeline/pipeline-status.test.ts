import { describe, expect, it } from 'vitest';
import { readingsOf, simulatedNotice, type PipelineStatus } from './pipeline-status.js';

function status(change: Partial<PipelineStatus> = {}): PipelineStatus {
  return { capture: { state: 'streaming', lagSeconds: 0 }, load: { lag: 0 }, deadLetters: 0, ...change };
}

describe('readingsOf', () => {
  it('is content when all is well', () => {
    expect(readingsOf(status()).map(({ value, mood }) => [value, mood])).toEqual([
      ['Streaming', 'good'],
      ['Up to date', 'good'],
      ['None', 'good'],
    ]);
  });

  it.each<[PipelineStatus['capture'], string, string]>([
    [{ state: 'streaming', lagSeconds: 61 }, 'Streaming', 'busy'],
    [{ state: 'streaming' }, 'Streaming', 'good'],
    [{ state: 'snapshot' }, 'Snapshot', 'busy'],
    [{ state: 'history_lost' }, 'History lost', 'bad'],
    [{ state: 'stopped' }, 'Stopped', 'bad'],
  ])('reads capture %j as %s, %s', (capture, value, mood) => {
    expect(readingsOf(status({ capture }))[0]).toMatchObject({ value, mood });
  });

  it('tells how much waits, and what to do about dead letters', () => {
    const [, load, dead] = readingsOf(status({ load: { lag: 12345 }, deadLetters: 2 }));
    expect(load).toMatchObject({ value: '12,345', mood: 'busy' });
    expect(dead).toMatchObject({
      value: '2',
      mood: 'bad',
      meaning: expect.stringContaining('npx laurel deadletters list'),
    });
  });
});

describe('simulatedNotice', () => {
  it('speaks only where something is simulated', () => {
    expect(simulatedNotice(status())).toBeUndefined();
    expect(simulatedNotice(status({ simulated: false }))).toBeUndefined();
    expect(simulatedNotice(status({ simulated: true }))).toContain('simulated');
    expect(simulatedNotice(status({ simulated: ['browsing', 'consent'] }))).toBe(
      'Simulated here: browsing and consent. This is the sample shop.',
    );
  });
});
