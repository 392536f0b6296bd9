import { kernel as kernelOn } from '../kernel/kernel.js';
import { blockCount, blockRows, type AlsLayout, type AlsSide } from './als-layout.js';

/** What every thread of a training is started with. */
export interface AlsWork {
  readonly memory: WebAssembly.SharedMemory;
  readonly layout: AlsLayout;
  readonly iterations: number;
  readonly regularisation: number;
  /** Conjugate gradient steps for each row and half-step; 0 solves each row exactly by Cholesky. */
  readonly steps: number;
}

const NEXT_BLOCK = 0;
const ARRIVED = 1;
const PHASE = 2;
const STOPPED = 3;

/** Makes all threads of a training give up at their next block. */
export function stopAlsThreads({ memory, layout }: AlsWork): void {
  const control = new Int32Array(memory.buffer, layout.control);
  Atomics.store(control, STOPPED, 1);
  Atomics.add(control, PHASE, 1);
  Atomics.notify(control, PHASE);
}

/**
 * One thread's part of a training. Threads take blocks of rows as they get to them; a row's solution depends on nothing
 * but the factors of the other side and their Gram matrix, and that is summed from the blocks in their order, by
 * whichever thread finishes last. So the result is the same, bit for bit, for any number of threads.
 * @param onIteration told by one thread after each iteration, with how many are done.
 */
export function runAlsThread(work: AlsWork, thread: number, onIteration: (done: number) => void): void {
  const { memory, layout, iterations, regularisation, steps } = work;
  const { users, items, gram, partialGrams, stride } = layout;
  const kernel = kernelOn(memory);
  const control = new Int32Array(memory.buffer, layout.control, 16);
  const scratch = layout.scratch[thread] ?? 0;
  const strideBytes = 4 * stride;

  const gramOf = (side: AlsSide, from: number, to: number, block: number): void =>
    kernel.gramOfRows(side.factors, from, to, strideBytes, partialGrams + block * stride * strideBytes);

  const solve = (side: AlsSide, other: AlsSide, from: number, to: number): void => {
    const { rowStarts, columns, excesses, factors } = side;
    kernel.solveRows(from, to, rowStarts, columns, excesses, other.factors, factors, gram, steps, strideBytes, scratch);
  };

  const share = (side: AlsSide, task: (from: number, to: number, block: number) => void): boolean => {
    const size = blockRows(side.rows);
    const blocks = blockCount(side.rows);
    for (;;) {
      if (Atomics.load(control, STOPPED) === 1) return false;
      const block = Atomics.add(control, NEXT_BLOCK, 1);
      if (block >= blocks) break;
      task(block * size, Math.min(side.rows, (block + 1) * size), block);
    }
    return meet(control, layout.scratch.length, () =>
      kernel.sumGrams(partialGrams, blocks, strideBytes, regularisation, gram),
    );
  };

  if (!share(items, (from, to, block) => gramOf(items, from, to, block))) return;
  for (let iteration = 1; iteration <= iterations; iteration++) {
    for (const [side, other] of [
      [users, items],
      [items, users],
    ] as const) {
      const goOn = share(side, (from, to, block) => {
        solve(side, other, from, to);
        gramOf(side, from, to, block);
      });
      if (!goOn) return;
    }
    if (thread === 0) onIteration(iteration);
  }
}

/** Waits until all threads are here; the last one runs `then` before any goes on. False when they are to stop. */
function meet(control: Int32Array, threads: number, then: () => void): boolean {
  const phase = Atomics.load(control, PHASE);
  if (Atomics.add(control, ARRIVED, 1) + 1 === threads) {
    then();
    Atomics.store(control, ARRIVED, 0);
    Atomics.store(control, NEXT_BLOCK, 0);
    Atomics.add(control, PHASE, 1);
    Atomics.notify(control, PHASE);
  } else {
    while (Atomics.load(control, PHASE) === phase && Atomics.load(control, STOPPED) === 0)
      Atomics.wait(control, PHASE, phase);
  }
  return Atomics.load(control, STOPPED) === 0;
}
