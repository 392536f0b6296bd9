import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalClock, UnknownTimeZoneError } from './local-clock.js';
import { dateOrderOf, readOrderTimeMs } from './order-time.js';

const utc = new LocalClock();
const read = (text: string | null, clock = utc, order: 'day-first' | 'month-first' = 'day-first'): string => {
  const timeMs = readOrderTimeMs(text, clock, order);
  return Number.isNaN(timeMs) ? 'unreadable' : new Date(timeMs).toISOString();
};

describe('readOrderTimeMs', () => {
  it.each([
    ['2010-12-09 20:01:00', '2010-12-09T20:01:00.000Z'],
    ['2010-12-09T20:01:00Z', '2010-12-09T20:01:00.000Z'],
    ['2010-12-09T20:01:00.1234567+02:00', '2010-12-09T18:01:00.123Z'],
    ['2010-12-09 20:01:00+00', '2010-12-09T20:01:00.000Z'],
    ['2010-12-09T20:01-0530', '2010-12-10T01:31:00.000Z'],
    ['2010/12/9', '2010-12-09T00:00:00.000Z'],
    ['31.12.2010 8:05', '2010-12-31T08:05:00.000Z'],
    ['31/12/2010', '2010-12-31T00:00:00.000Z'],
    ['9/12/2010 1:05 PM', '2010-12-09T13:05:00.000Z'],
    ['9/12/2010 12:05 am', '2010-12-09T00:05:00.000Z'],
    ['1291924860', '2010-12-09T20:01:00.000Z'],
    ['1291924860000', '2010-12-09T20:01:00.000Z'],
  ])('reads %s', (text, time) => expect(read(text)).toBe(time));

  it.each([
    null,
    '',
    'yesterday',
    '2010-13-01',
    '2010-02-30',
    '2010-12-09 24:00',
    '2010-12-09 10:60',
    '31/31/2010',
    '9/12/10',
    '1/1/2010 13:00 PM',
  ])('refuses %j', text => expect(read(text)).toBe('unreadable'));

  it('puts the month first where told to', () =>
    expect(read('12/9/2010', utc, 'month-first')).toBe('2010-12-09T00:00:00.000Z'));

  it('reads back every time from its ISO text', () => {
    const times = fc.date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(fc.property(times, time => readOrderTimeMs(time.toISOString(), utc, 'day-first') === time.getTime()));
  });
});

describe('a time without a zone', () => {
  const london = new LocalClock('Europe/London');
  it.each([
    ['2026-01-15 12:00', '2026-01-15T12:00:00.000Z', 'winter'],
    ['2026-07-15 12:00', '2026-07-15T11:00:00.000Z', 'summer'],
    ['2026-03-29 00:59', '2026-03-29T00:59:00.000Z', 'just before the hour that is skipped'],
    ['2026-03-29 02:01', '2026-03-29T01:01:00.000Z', 'just after it'],
    ['2026-10-25 01:30', '2026-10-25T00:30:00.000Z', 'the hour that comes twice: its first run'],
    ['2026-07-15 12:00Z', '2026-07-15T12:00:00.000Z', 'unless it names one'],
  ])('is on the clock given: %s is %s (%s)', (text, time) => expect(read(text, london)).toBe(time));

  it('knows zones off the hour', () =>
    expect(read('2026-01-01 05:45', new LocalClock('Asia/Kathmandu'))).toBe('2026-01-01T00:00:00.000Z'));

  it('refuses a zone that does not exist', () =>
    expect(() => new LocalClock('Mars/Olympus')).toThrow(UnknownTimeZoneError));
});

describe('dateOrderOf', () => {
  it.each([
    [31, 12, 'day-first'],
    [12, 31, 'month-first'],
    [31, 31, 'mixed'],
    [12, 12, undefined],
  ])('%d and %d: %s', (first, second, order) => expect(dateOrderOf(first, second)).toBe(order));
});
