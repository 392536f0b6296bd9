import type { LogTransport, Topics } from '@laurel/change-log';
import { type Checkpoint, checkpointSchema } from './checkpoint.js';

const PARTITION = 0;

/** A checkpoint without what the log adds itself. */
export type Progress = Pick<Checkpoint, 'epoch' | 'token' | 'phase'>;

/**
 * Checkpoints in the compacted topic `<prefix>.__checkpoint`. Each writer has a key of its own, and the highest writer's counts: a writer that
 * was thought dead and writes once more changes nothing.
 */
export class CheckpointLog {
  private writer = 0;
  private next: Progress | undefined;
  private writing: Promise<void> | undefined;
  private failure: Error | undefined;

  constructor(
    private readonly transport: LogTransport,
    private readonly topics: Topics,
    private readonly database: string,
    /** The fingerprint of the mapping that changes are sent by. */
    private readonly mapping: string | undefined,
  ) {}

  /** The writer's number under which {@link write} writes, once {@link takeOver} has resolved. */
  get writerNumber(): number {
    return this.writer;
  }

  /** Reads the last checkpoint, and takes the next writer's number (at least `fencingToken`). */
  async takeOver(fencingToken: number): Promise<Checkpoint | undefined> {
    const checkpoints = new Map<number, Checkpoint>();
    await this.transport.readToEnd(this.topics.checkpoint, PARTITION, batch => {
      for (const { key, value } of batch.messages) {
        if (!key?.toString().startsWith(`${this.database}/`)) continue;
        if (value === null) checkpoints.delete(Number(key.toString().slice(this.database.length + 1)));
        else {
          const checkpoint = checkpointSchema.parse(JSON.parse(value.toString()));
          checkpoints.set(checkpoint.writer, checkpoint);
        }
      }
      return Promise.resolve();
    });
    const last = [...checkpoints.values()].reduce<Checkpoint | undefined>(
      (a, b) => (a && a.writer > b.writer ? a : b),
      undefined,
    );
    this.writer = Math.max(fencingToken, (last?.writer ?? 0) + 1);
    if (last) {
      await this.write(last, last.mapping);
      const former = [...checkpoints.keys()].map(writer => ({ key: this.keyOf(writer), value: null }));
      await this.transport.send(this.topics.checkpoint, PARTITION, former);
    }
    return last;
  }

  /** Writes a checkpoint; resolves when it is acknowledged. */
  async write({ epoch, token, phase }: Progress, mapping = this.mapping): Promise<void> {
    const { database, writer } = this;
    const at = new Date().toISOString();
    const checkpoint: Checkpoint = { version: 1, database, writer, epoch, token, phase, mapping, at };
    await this.transport.send(this.topics.checkpoint, PARTITION, [
      { key: this.keyOf(writer), value: JSON.stringify(checkpoint) },
    ]);
  }

  /** Writes a checkpoint in the background, leaving out those that a newer one has overtaken. Throws where an earlier one could not be written. */
  writeSoon(progress: Progress): void {
    if (this.failure) throw this.failure;
    this.next = progress;
    this.writing ??= this.drain();
  }

  /** Resolves when the newest checkpoint is acknowledged. */
  async flush(): Promise<void> {
    await this.writing;
    if (this.failure) throw this.failure;
  }

  private async drain(): Promise<void> {
    try {
      for (let progress = this.next; progress; progress = this.next) {
        this.next = undefined;
        await this.write(progress);
      }
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
    }
    this.writing = undefined;
  }

  private keyOf(writer: number): string {
    return `${this.database}/${writer}`;
  }
}
