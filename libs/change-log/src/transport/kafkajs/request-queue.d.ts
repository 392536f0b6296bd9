declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** kafkajs' queue of requests to one broker; the part of it that is mended here. */
  export default class RequestQueue {
    pending: unknown[];
    throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
}
