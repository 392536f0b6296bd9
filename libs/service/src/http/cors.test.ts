import { describe, expect, it } from 'vitest';
import { readSettings } from '../settings/settings.js';
import { dashboardOrigins } from './cors.js';

describe('dashboardOrigins', () => {
  it('is the dashboard on this machine, and on the host under which the app was called', () => {
    const settings = readSettings({ LAUREL_PORT_BASE: '5000' });
    expect(dashboardOrigins(settings)).toEqual(['http://127.0.0.1:5004', 'http://localhost:5004']);
    expect(dashboardOrigins(settings, 'shop.internal:5000')).toContain('http://shop.internal:5004');
    expect(dashboardOrigins(settings, '[::1]:5000')).toContain('http://[::1]:5004');
  });

  it('is only the address that was set, where one is', () => {
    expect(dashboardOrigins(readSettings({ DASHBOARD_URL: 'https://laurel.example/' }), 'x:1')).toEqual([
      'https://laurel.example',
    ]);
  });
});
