import type { StorefrontClient } from '@laurel/storefront-client';
import type { Visit } from './visit.js';

/** What every page of the storefront works with. */
export interface Storefront {
  client: StorefrontClient;
  visit: Visit;
  /** Ends when the visitor goes elsewhere: calls stop. */
  signal: AbortSignal;
  /** The key was refused: ask for another. */
  onWrongKey(message: string): void;
}
