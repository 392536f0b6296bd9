import { describe, expect, it } from 'vitest';
import { engagementTimeMsecOf, eventParam, eventTimeOf, sessionIdOf, type ShopEvent } from './shop-event.js';

function eventWith(params: ShopEvent['event_params'], event_timestamp = 0): ShopEvent {
  return { _id: 'e1', event_name: 'page_view', event_timestamp, user_pseudo_id: 'u1', event_params: params };
}

describe('the parameters of an event', () => {
  it.each<[string, ShopEvent['event_params'], string | undefined, number]>([
    ['none', null, undefined, 0],
    [
      'numbers',
      [
        { key: 'ga_session_id', value: { int_value: 12 } },
        { key: 'engagement_time_msec', value: { int_value: 900 } },
      ],
      '12',
      900,
    ],
    ['a session in text', [{ key: 'ga_session_id', value: { string_value: 's-12' } }], 's-12', 0],
    ['a session numbered 0', [{ key: 'ga_session_id', value: { int_value: 0 } }], '0', 0],
    [
      'keys twice: the first counts',
      [
        { key: 'ga_session_id', value: { int_value: 1 } },
        { key: 'ga_session_id', value: { int_value: 2 } },
      ],
      '1',
      0,
    ],
    [
      'an empty first of two keys',
      [
        { key: 'ga_session_id', value: {} },
        { key: 'ga_session_id', value: { int_value: 2 } },
      ],
      undefined,
      0,
    ],
    ['nulls', [{ key: 'engagement_time_msec', value: { int_value: null, string_value: '5' } }], undefined, 0],
  ])('%s', (_case, params, session, engagementTimeMsec) => {
    expect(sessionIdOf(eventWith(params))).toBe(session);
    expect(engagementTimeMsecOf(eventWith(params))).toBe(engagementTimeMsec);
  });

  it('prefers a number to a text', () => {
    expect(eventParam(eventWith([{ key: 'value', value: { string_value: 'a', double_value: 0.5 } }]), 'value')).toBe(
      0.5,
    );
    expect(eventParam(eventWith([{ key: 'value', value: { string_value: 'a' } }]), 'value')).toBe('a');
    expect(eventParam(eventWith([]), 'value')).toBeUndefined();
  });

  it('cuts the time to the millisecond, before 1970 too', () => {
    expect(eventTimeOf(eventWith([], 1_999))).toEqual(new Date(1));
    expect(eventTimeOf(eventWith([], -1))).toEqual(new Date(-1));
  });
});
