// Compiles assembly/kernel.ts and writes it down as a module of TypeScript. A test compiles it again and compares.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileAssembly } from '../compile-assembly.ts';

const OPTIONS =
  '-O3 --noAssert --runtime stub --enable simd,threads,bulk-memory --importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536 --disableWarning AS112';

/** The text of src/kernel/generated/kernel-code.ts. */
export function kernelModule(): Promise<string> {
  return compileAssembly(import.meta.dirname, OPTIONS);
}

if (import.meta.main) {
  writeFileSync(join(import.meta.dirname, 'src/kernel/generated/kernel-code.ts'), await kernelModule());
}
