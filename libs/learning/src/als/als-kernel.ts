import { alsKernelCode } from './generated/als-kernel-code.js';

/** The kernel's functions; addresses are bytes in the memory it works on. See assembly/als.ts. */
export interface AlsKernel {
  solveRows(
    from: number,
    to: number,
    rowStarts: number,
    columns: number,
    excesses: number,
    vectors: number,
    solved: number,
    gram: number,
    steps: number,
    strideBytes: number,
    scratch: number,
  ): void;
  gramOfRows(vectors: number, from: number, to: number, strideBytes: number, into: number): void;
  sumGrams(matrices: number, count: number, strideBytes: number, regularisation: number, into: number): void;
}

/** The kernel on a memory that threads share. */
export function alsKernel(memory: WebAssembly.Memory): AlsKernel {
  const module = new WebAssembly.Module(Buffer.from(alsKernelCode, 'base64'));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  if (!isKernel(exports)) throw new TypeError('The compiled kernel lacks a function that assembly/als.ts has.');
  return exports;
}

function isKernel(exports: unknown): exports is AlsKernel {
  return (
    typeof exports === 'object' &&
    exports !== null &&
    'solveRows' in exports &&
    'gramOfRows' in exports &&
    'sumGrams' in exports
  );
}
