import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { transposeInto } from '../interactions/interactions.js';
import { memoryOf } from '../kernel/kernel.js';
import { Random } from '../random/random.js';
import { startWorker } from '../workers/start-worker.js';
import { TaskFailedError } from '../workers/task-failed-error.js';
import { alsLayout, type AlsLayout, type AlsSide } from './als-layout.js';
import type { AlsPairs, AlsRows } from './als-pairs.js';
import { AlsThread, alsThreadsEnded, startAlsThreads, stopAlsThreads } from './als-thread.js';
import type { AlsWork } from './als-work.js';

/** What {@link fitAls} looks for. */
export interface AlsSettings {
  readonly factors: number;
  readonly regularisation: number;
  /** Confidence of a pair is 1 + alpha × value. */
  readonly alpha: number;
  readonly iterations: number;
  /** `conjugate-gradients` makes `steps` steps for each row and half-step, `cholesky` solves each row exactly. */
  readonly solver: 'conjugate-gradients' | 'cholesky';
  readonly steps: number;
}

/** What {@link fitAls} needs besides its data. */
export interface AlsOptions {
  readonly seed: number;
  /** The calling thread is one of them. As many as the machine has cores unless told, fewer where there is little to do. The result does not depend on it. */
  readonly threads?: number;
  /** Ends the training at once; it then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called with the finished part, 0 … 1. */
  readonly onProgress?: (fraction: number) => void;
}

/** Factors of users and items, each in rows of `stride`: views of the memory of the training, to be copied if kept. */
export interface AlsFactors {
  /** Factors in a row, a multiple of 16; those above the number asked for are zero. */
  readonly stride: number;
  readonly users: Float32Array<SharedArrayBuffer>;
  readonly items: Float32Array<SharedArrayBuffer>;
  /** Bytes the training worked in, as {@link alsLayout} states. */
  readonly bytes: number;
}

const PAIRS_FOR_A_THREAD = 50_000;
/** So long the calling thread works before it looks at its event loop: a signal, a thread that died. */
const SLICE_MS = 20;

/**
 * Implicit alternating least squares (Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets",
 * 2008) with conjugate gradients (Takács, Pilászy and Tikk, 2011) or Cholesky, in 32-bit floats. The calling thread works
 * too, in slices of 20 ms or the few that a block of rows takes, and serves its event loop between them: call it in a worker where that
 * must not wait. The same pairs, settings and seed give the same bits whatever the number of threads.
 * @throws RangeError when the problem needs more than 4 GiB; TaskFailedError when a thread fails; the signal's reason.
 */
export async function fitAls(train: AlsPairs, settings: AlsSettings, options: AlsOptions): Promise<AlsFactors> {
  options.signal?.throwIfAborted();
  const { users, items, pairs } = train;
  const most = Math.max(1, Math.ceil(pairs / PAIRS_FOR_A_THREAD));
  const threads = Math.min(options.threads ?? availableParallelism(), most);
  const layout = alsLayout({ users, items, pairs, factors: settings.factors, threads });
  const memory = memoryOf(layout.bytes);
  const work: AlsWork = {
    memory,
    layout,
    iterations: settings.iterations,
    regularisation: settings.regularisation,
    steps: settings.solver === 'cholesky' ? 0 : settings.steps,
  };
  await runThreads(work, threads, () => fill(memory.buffer, layout, train, settings, options.seed), options);
  return {
    stride: layout.stride,
    users: factorsOf(memory.buffer, layout.users, layout.stride),
    items: factorsOf(memory.buffer, layout.items, layout.stride),
    bytes: layout.bytes,
  };
}

function fill(
  buffer: SharedArrayBuffer,
  { users, items, stride }: AlsLayout,
  train: AlsPairs,
  { factors, alpha }: AlsSettings,
  seed: number,
): void {
  const byUser = rowsOf(buffer, users, train.pairs);
  train.write(byUser);
  for (let p = 0; p < train.pairs; p++) byUser.values[p]! *= alpha;
  transposeInto(byUser, rowsOf(buffer, items, train.pairs));
  const random = new Random(seed);
  const start = factorsOf(buffer, items, stride);
  for (let row = 0; row < start.length; row += stride) {
    for (let f = 0; f < factors; f++) start[row + f] = random.next() * 0.01;
  }
}

function rowsOf(buffer: SharedArrayBuffer, side: AlsSide, pairs: number): AlsRows {
  return {
    rowStarts: new Int32Array(buffer, side.rowStarts, side.rows + 1),
    columns: new Int32Array(buffer, side.columns, pairs),
    values: new Float32Array(buffer, side.excesses, pairs),
  };
}

function factorsOf(buffer: SharedArrayBuffer, side: AlsSide, stride: number): Float32Array<SharedArrayBuffer> {
  return new Float32Array(buffer, side.factors, side.rows * stride);
}

/** Workers start while the calling thread fills the memory. */
async function runThreads(
  work: AlsWork,
  threads: number,
  fillMemory: () => void,
  { signal, onProgress }: AlsOptions,
): Promise<void> {
  const stop = (): void => stopAlsThreads(work);
  signal?.addEventListener('abort', stop);
  const workers = Array.from({ length: threads - 1 }, (_, at) =>
    startWorker(import.meta.url, 'als-worker', { work, thread: at + 1 }),
  );
  const workHere = async (): Promise<void> => {
    fillMemory();
    startAlsThreads(work);
    const own = new AlsThread(work, 0, done => onProgress?.(done / work.iterations));
    while (!own.work(SLICE_MS)) await setImmediate();
  };
  const here = workHere();
  try {
    await Promise.all([here, ...workers.map(worker => ended(worker, work))]);
  } catch (error) {
    stop();
    await Promise.allSettled([here, ...workers.map(worker => worker.terminate())]);
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  signal?.throwIfAborted();
}

async function ended(worker: Worker, work: AlsWork): Promise<void> {
  await once(worker, 'exit').catch((error: unknown) => {
    throw new TaskFailedError('A training thread failed.', { cause: error });
  });
  if (!alsThreadsEnded(work)) throw new TaskFailedError('A training thread ended before the training did.');
}
