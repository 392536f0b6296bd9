import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

const RECHECK_MS = 10;

/**
 * kafkajs 2.2.4 sets a timer after every answer, also when nothing waits and nothing is throttled, with a time long past: Node 24 warns of a
 * negative timeout, and each connection wakes a thousand times a second for nothing. This sets the timer only where there is something to wait for.
 */
export function mendIdleQueueTimer(): void {
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    const throttledMs = this.throttledUntil - Date.now();
    if (this.throttleCheckTimeoutId !== null || (this.pending.length === 0 && throttledMs <= 0)) return;
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledMs > 0 ? throttledMs : RECHECK_MS,
    );
  };
}
