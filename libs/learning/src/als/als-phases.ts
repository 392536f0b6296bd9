import { kernel as kernelOn } from '../kernel/kernel.js';
import { blockCount, blockRows, type AlsSide } from './als-layout.js';
import type { AlsWork } from './als-work.js';

/** Part of a training whose blocks can be done in any order, by any threads, before anything of the next begins. */
export interface AlsPhase {
  readonly blocks: number;
  /** Does one of the blocks. */
  run(block: number): void;
  /** What is left to be done once when all blocks are. */
  finish(): void;
}

/**
 * What a training consists of: one phase to begin with, then the same few in each iteration. A row's solution depends on nothing but the
 * factors of the other side and their Gram matrix, and that is summed from the blocks in their order. So whoever does them, the result is
 * the same, bit for bit.
 *
 * Each step of conjugate gradients multiplies by the Gram matrix. Where it costs less in all, both sides are rotated first to where that
 * matrix is tridiagonal: what they predict stays as it is, and so do the steps, but for rounding.
 * @param thread whose scratch memory is worked in.
 */
export function alsPhases(work: AlsWork, thread: number): { readonly first: AlsPhase; readonly iteration: AlsPhase[] } {
  const { memory, layout, regularisation, steps } = work;
  const { users, items, gram, rotation, bands, partialGrams, stride } = layout;
  const kernel = kernelOn(memory);
  const scratch = layout.scratch[thread] ?? 0;
  const strideBytes = 4 * stride;

  const phase = (
    { rows }: AlsSide,
    task: (from: number, to: number, block: number) => void,
    finish: () => void,
  ): AlsPhase => {
    const size = blockRows(rows);
    return {
      blocks: blockCount(rows),
      run: block => task(block * size, Math.min(rows, (block + 1) * size), block),
      finish,
    };
  };

  const rotates = (side: AlsSide, other: AlsSide): boolean => steps * side.rows > other.rows;

  const rotate = ({ factors }: AlsSide, from: number, to: number): void =>
    kernel.rotateRows(from, to, factors, strideBytes, rotation, scratch);

  const solve = (side: AlsSide, other: AlsSide, from: number, to: number): void => {
    const tridiagonal = rotates(side, other);
    if (tridiagonal) rotate(side, from, to);
    const { rowStarts, columns, excesses, factors } = side;
    const matrix = tridiagonal ? bands : gram;
    kernel.solveRows(
      from,
      to,
      rowStarts,
      columns,
      excesses,
      other.factors,
      factors,
      matrix,
      tridiagonal,
      steps,
      strideBytes,
      scratch,
    );
  };

  const partialGram = ({ factors }: AlsSide, from: number, to: number, block: number): void =>
    kernel.gramOfRows(factors, from, to, strideBytes, partialGrams + block * stride * strideBytes);

  const sumGrams = (side: AlsSide, next: AlsSide): void => {
    kernel.sumGrams(partialGrams, blockCount(side.rows), strideBytes, regularisation, gram);
    if (rotates(next, side)) kernel.tridiagonalise(gram, strideBytes, rotation, bands, scratch);
  };

  const halfStep = (side: AlsSide, other: AlsSide): AlsPhase[] => [
    ...(rotates(side, other)
      ? [
          phase(
            other,
            (from, to) => rotate(other, from, to),
            () => undefined,
          ),
        ]
      : []),
    phase(
      side,
      (from, to, block) => {
        solve(side, other, from, to);
        partialGram(side, from, to, block);
      },
      () => sumGrams(side, other),
    ),
  ];

  return {
    first: phase(
      items,
      (from, to, block) => partialGram(items, from, to, block),
      () => sumGrams(items, users),
    ),
    iteration: [...halfStep(users, items), ...halfStep(items, users)],
  };
}
