import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routeOf } from './route.js';
import { addressOf } from './search-form.js';

describe('routeOf', () => {
  it('reads every id that addressOf writes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), id => {
        expect(routeOf(addressOf('customer', id))).toEqual({ page: 'customer', id });
      }),
    );
  });

  it.each(['', '#', '#main', '#/nowhere', '#key=abc'])('leads from %j to the overview', fragment => {
    expect(routeOf(fragment).page).toBe('overview');
  });

  it('takes what cannot be decoded as it is', () => {
    expect(routeOf('#/customer/100%')).toEqual({ page: 'customer', id: '100%' });
  });
});
