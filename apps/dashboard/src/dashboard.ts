import type { LaurelApp } from '@laurel/service';
import { DashboardModule } from './dashboard.module.js';

/**
 * The web page that shows what the other services know. It holds no secret and no data: the browser asks the services itself, with the key that
 * the person at it was given. So all it serves is public.
 */
export const dashboard: LaurelApp = {
  name: 'dashboard',
  module: resources => DashboardModule.register(resources),
  access: [{ path: '/', scopes: 'public' }],
};
