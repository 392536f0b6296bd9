import { kernelCode } from './generated/kernel-code.js';

const PAGE_BYTES = 65_536;

/** The kernel's functions; addresses are bytes in its memory. See assembly/kernel.ts. */
export interface Kernel {
  freeFrom(): number;
  beginChunk(
    shape: number,
    types: number,
    scratch: number,
    columns: number,
    cells: number,
    validity: number,
    texts: number,
  ): void;
  rowCount(): number;
  textsEnd(): number;
  addRow(record: number, length: number, offset: bigint): number;
}

/** A kernel and its memory. */
export interface LoadedKernel {
  readonly kernel: Kernel;
  readonly memory: WebAssembly.Memory;
}

let compiled: WebAssembly.Module | undefined;

/** A kernel with a memory of its own. */
export function loadKernel(): LoadedKernel {
  compiled ??= new WebAssembly.Module(Buffer.from(kernelCode, 'base64'));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const numberOf = (at: number, length: number): number => {
    const text = Buffer.from(memory.buffer, at, length).toString('latin1');
    const number = Number(text);
    return Number.isFinite(number) && String(number) === text ? number : Number.NaN;
  };
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory }, number: { numberOf } });
  if (!isKernel(exports)) throw new TypeError('The compiled kernel lacks a function that assembly/kernel.ts has.');
  return { kernel: exports, memory };
}

/** Grows a memory to at least so many bytes; views on it are void then. */
export function growTo(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
}

function isKernel(exports: unknown): exports is Kernel {
  return (
    typeof exports === 'object' &&
    exports !== null &&
    ['freeFrom', 'beginChunk', 'rowCount', 'textsEnd', 'addRow'].every(name => name in exports)
  );
}
