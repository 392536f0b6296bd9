import { kernelCode } from './generated/kernel-code.js';

const PAGE_BYTES = 65_536;

/** The kernel's functions; addresses are bytes in the memory it works on. See assembly. */
export interface Kernel {
  solveRows(
    from: number,
    to: number,
    rowStarts: number,
    columns: number,
    excesses: number,
    vectors: number,
    solved: number,
    gram: number,
    tridiagonal: boolean,
    steps: number,
    strideBytes: number,
    scratch: number,
  ): void;
  gramOfRows(vectors: number, from: number, to: number, strideBytes: number, into: number): void;
  sumGrams(matrices: number, count: number, strideBytes: number, regularisation: number, into: number): void;
  tridiagonalise(matrix: number, strideBytes: number, rotation: number, bands: number, scratch: number): void;
  rotateRows(from: number, to: number, vectors: number, strideBytes: number, rotation: number, scratch: number): void;
  scanItems(
    from: number,
    to: number,
    screens: number,
    items: number,
    multipliers: number,
    vectors: number,
    dimensions: number,
    screen: number,
    vector: number,
    scale: number,
    margin: number,
    own: number,
    ownCount: number,
    best: number,
    most: number,
    found: number,
  ): number;
  sweep(matrix: number, strideBytes: number, first: number, pivot: number, scratch: number): void;
}

/** Memory for a kernel, of zeros. */
export function memoryOf(bytes: number): WebAssembly.SharedMemory {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** The kernel on a memory, which threads may share. */
export function kernel(memory: WebAssembly.SharedMemory): Kernel {
  const module = new WebAssembly.Module(Buffer.from(kernelCode, 'base64'));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  if (!isKernel(exports)) throw new TypeError('The compiled kernel lacks a function that assembly/kernel.ts has.');
  return exports;
}

function isKernel(exports: unknown): exports is Kernel {
  return (
    typeof exports === 'object' &&
    exports !== null &&
    'solveRows' in exports &&
    'gramOfRows' in exports &&
    'sumGrams' in exports &&
    'tridiagonalise' in exports &&
    'rotateRows' in exports &&
    'scanItems' in exports &&
    'sweep' in exports
  );
}
