/** Gathers items and hands them on `size` at a time, waiting for each batch to be taken. */
export class Batches<T> {
  #batch: T[] = [];

  constructor(
    readonly handOn: (batch: readonly T[]) => Promise<void>,
    readonly size = 1000,
  ) {}

  async add(item: T): Promise<void> {
    this.#batch.push(item);
    if (this.#batch.length >= this.size) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    await this.handOn(batch);
  }
}
