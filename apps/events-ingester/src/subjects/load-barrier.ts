import type { LogTransport, Topics } from '@laurel/change-log';
import { setTimeout as delay } from 'node:timers/promises';
import { type LoadProgress, progressKey } from '../load/load-progress.js';

const LOOK_EVERY_MS = 50;

/**
 * Tells when every batch is done that any process may have read by now. Each is of messages that the log holds already, and a partition's
 * are stored in order by one process at a time: so none is left once load has passed what is now the end of each partition.
 */
export class LoadBarrier {
  constructor(
    private readonly transport: LogTransport,
    private readonly progress: Pick<LoadProgress, 'read'>,
    private readonly topics: Topics,
  ) {}

  /**
   * Resolves once all that the log holds at the time of the call is stored or left out, by whichever process.
   * @throws the signal's reason once it is aborted.
   */
  async passed(signal: AbortSignal): Promise<void> {
    const topics = this.topics.allChanges;
    const ends = (await Promise.all(topics.map(topic => this.endsOf(topic)))).flat();
    for (;;) {
      signal.throwIfAborted();
      const progress = await this.progress.read(topics);
      if (ends.every(({ key, end }) => (progress.get(key)?.next ?? -1n) >= end)) return;
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
  }

  private async endsOf(topic: string): Promise<{ key: string; end: bigint }[]> {
    const held = (await this.transport.offsets(topic)).filter(({ earliest, end }) => end > earliest);
    return held.map(({ partition, end }) => ({ key: progressKey(topic, partition), end }));
  }
}
