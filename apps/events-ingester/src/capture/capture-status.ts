import type { ShopCollection } from '@laurel/shop';
import { RateMeter } from '../status/rate-meter.js';

/**
 * What capture is doing: `standby` while another process captures, `failing` while it pauses after an error, `elsewhere` in a process that
 * does not capture at all.
 */
export type CaptureState =
  'starting' | 'standby' | 'snapshot' | 'reconciling' | 'streaming' | 'failing' | 'stopped' | 'elsewhere';

/** How far the snapshot of one collection is; `estimated` is MongoDB's count when it began. */
export interface CollectionSnapshot {
  sent: number;
  estimated: number;
  done: boolean;
}

/** Capture as its process knows it. */
export class CaptureStatus {
  state: CaptureState = 'starting';
  epoch: number | undefined;
  writer: number | undefined;
  snapshot: Partial<Record<ShopCollection, CollectionSnapshot>> = {};
  /** How old the last change sent was when it was sent; 0 once the stream has been read to its end. */
  lagMs: number | undefined;
  /** When the stream was last heard of, and the cluster time it stood at. */
  lastTokenAt: Date | undefined;
  streamPosition: Date | undefined;
  /** Since this process began. */
  changesSent = 0;
  readonly changesSentOf = new Map<ShopCollection, number>();
  readonly sendRate = new RateMeter();
  /** Times that the oplog was lost and everything was read again. */
  historyLost = 0;
  /** Collections whose updates come without images. */
  withoutImages: readonly string[] = [];
  error: string | undefined;

  /** Notes changes that the log has, by the collection of each. */
  noteSent(collections: readonly (ShopCollection | undefined)[]): void {
    this.changesSent += collections.length;
    this.sendRate.note(collections.length);
    for (const collection of collections)
      if (collection) this.changesSentOf.set(collection, (this.changesSentOf.get(collection) ?? 0) + 1);
  }

  /** Notes where the stream stands. */
  heard(token: string): void {
    this.lastTokenAt = new Date();
    this.streamPosition = new Date(Number.parseInt(token.slice(2, 10), 16) * 1000);
  }
}
