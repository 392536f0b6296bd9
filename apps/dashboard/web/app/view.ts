import type { Services } from '../api/services.js';

/** What a page of the dashboard gets to work with. */
export interface View {
  services: Services;
  /** Ends when the person goes elsewhere: calls and timers stop. */
  signal: AbortSignal;
  /** The key was refused: ask for another. */
  onWrongKey(message: string): void;
}
