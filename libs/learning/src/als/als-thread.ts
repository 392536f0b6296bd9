import { alsPhases, type AlsPhase } from './als-phases.js';
import type { AlsWork } from './als-work.js';

const NEXT = 0;
const DONE = 1;
const OPEN = 2;
const ENDED = 3;

function controlOf({ memory, layout }: AlsWork): BigInt64Array {
  return new BigInt64Array(memory.buffer, layout.control, 4);
}

/** Lets all threads of a training begin, now that its data are in memory. */
export function startAlsThreads(work: AlsWork): void {
  openNext(controlOf(work));
}

/** Makes all threads of a training give up before their next block. */
export function stopAlsThreads(work: AlsWork): void {
  const control = controlOf(work);
  Atomics.store(control, ENDED, 1n);
  openNext(control);
}

/** Whether a training is done or was stopped, so that its threads have nothing more to do. */
export function alsThreadsEnded(work: AlsWork): boolean {
  return Atomics.load(controlOf(work), ENDED) === 1n;
}

function openNext(control: BigInt64Array): void {
  Atomics.add(control, OPEN, 1n);
  Atomics.notify(control, OPEN);
}

/**
 * One thread's part of a training. The blocks of all phases are numbered through: a thread takes the next one and waits until its phase is
 * open, which whoever does the last block of the phase before sees to. So a thread may come late, and none waits for one that has no block.
 */
export class AlsThread {
  readonly #control: BigInt64Array;
  readonly #first: AlsPhase;
  readonly #iteration: readonly AlsPhase[];
  readonly #iterations: number;
  readonly #onIteration: (done: number) => void;
  #block: number | undefined;
  /** The phase of the block, from 1 on, and the number of the phase's first block. */
  #phase = 1;
  #phaseStart = 0;
  #iterationsSeen = 0;

  /** @param onIteration told how many iterations are done whenever this thread sees that one more is. */
  constructor(work: AlsWork, thread: number, onIteration: (done: number) => void = () => undefined) {
    const { first, iteration } = alsPhases(work, thread);
    this.#control = controlOf(work);
    this.#first = first;
    this.#iteration = iteration;
    this.#iterations = work.iterations;
    this.#onIteration = onIteration;
  }

  /** Works for so long, and as much longer as a block takes. True when the training is done or to stop, false when there may be more to do. */
  work(forMs = Infinity): boolean {
    const untilMs = performance.now() + forMs;
    for (let leftMs = forMs; leftMs > 0; leftMs = untilMs - performance.now()) {
      this.#block ??= Number(Atomics.add(this.#control, NEXT, 1n));
      const phase = this.#phaseOf(this.#block);
      const open = Atomics.load(this.#control, OPEN);
      const ended = Atomics.load(this.#control, ENDED) === 1n;
      if (ended && (phase || open < this.#phase)) return true;
      if (open < this.#phase) {
        Atomics.wait(this.#control, OPEN, open, leftMs);
        continue;
      }
      this.#tellIterations();
      if (!phase) {
        Atomics.store(this.#control, ENDED, 1n);
        return true;
      }
      phase.run(this.#block - this.#phaseStart);
      this.#block = undefined;
      if (Number(Atomics.add(this.#control, DONE, 1n)) + 1 < phase.blocks) continue;
      phase.finish();
      Atomics.store(this.#control, DONE, 0n);
      openNext(this.#control);
    }
    return false;
  }

  /** The phase a block belongs to, none after the last. */
  #phaseOf(block: number): AlsPhase | undefined {
    for (;;) {
      const phase = this.#phase === 1 ? this.#first : this.#iteration[(this.#phase - 2) % this.#iteration.length];
      if (!phase || this.#phase > 1 + this.#iterations * this.#iteration.length) return undefined;
      if (block < this.#phaseStart + phase.blocks) return phase;
      this.#phaseStart += phase.blocks;
      this.#phase++;
    }
  }

  #tellIterations(): void {
    const done = Math.floor((this.#phase - 2) / this.#iteration.length);
    if (done <= this.#iterationsSeen) return;
    this.#iterationsSeen = done;
    this.#onIteration(done);
  }
}
