import type { AlsLayout } from './als-layout.js';

/** What every thread of a training is started with. */
export interface AlsWork {
  readonly memory: WebAssembly.SharedMemory;
  readonly layout: AlsLayout;
  readonly iterations: number;
  readonly regularisation: number;
  /** Conjugate gradient steps for each row and half-step; 0 solves each row exactly by Cholesky. */
  readonly steps: number;
}
