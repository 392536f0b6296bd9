import { readOplogWindow } from '@laurel/change-log';
import { MongoServerError, type MongoClient } from 'mongodb';
import { ZodError } from 'zod';

/** MongoDB's oplog and where capture stands in it, in seconds. */
export interface OplogRoom {
  /** From the oldest change that MongoDB remembers to the newest. */
  windowSeconds: number;
  /** From the oldest to where capture stands: how long it may stand still in a full oplog. Below 0 changes were lost. */
  leftSeconds: number;
}

const FRESH_MS = 5_000;

/** Asks MongoDB how much of the oplog is left, at most every five seconds. */
export class OplogWatch {
  private askedMs = -Infinity;
  private window: Promise<{ oldest: Date; newest: Date } | undefined> = Promise.resolve(undefined);

  constructor(private readonly mongo: MongoClient) {}

  /** Undefined before capture stands anywhere, and where this user may not read the oplog. */
  async room(position: Date | undefined): Promise<OplogRoom | undefined> {
    if (performance.now() - this.askedMs > FRESH_MS) {
      this.askedMs = performance.now();
      this.window = readOplogWindow(this.mongo).catch((error: unknown) => {
        if (error instanceof MongoServerError || error instanceof ZodError) return undefined;
        throw error;
      });
    }
    const window = await this.window;
    if (!window || !position) return undefined;
    const oldestMs = window.oldest.getTime();
    return {
      windowSeconds: (window.newest.getTime() - oldestMs) / 1000,
      leftSeconds: (position.getTime() - oldestMs) / 1000,
    };
  }
}
