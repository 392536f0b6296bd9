// Compiles assembly/kernel.ts to WebAssembly and writes it down as a module of TypeScript, so that neither a build nor a
// start needs the compiler. A test compiles it again and compares.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const OPTIONS =
  '-O3 --noAssert --runtime stub --enable simd,threads,bulk-memory --importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536 --disableWarning AS112';

/** The text of src/kernel/generated/kernel-code.ts. */
export async function kernelModule(): Promise<string> {
  let code = new Uint8Array();
  const { error, stderr } = await asc.main(
    ['assembly/kernel.ts', '--baseDir', import.meta.dirname, '--outFile', 'kernel.wasm', ...OPTIONS.split(' ')],
    {
      writeFile: (_, contents) => {
        code = Buffer.from(contents);
      },
    },
  );
  if (error) throw new Error(`The kernel cannot be compiled. ${stderr.toString()}`, { cause: error });
  const lines = Buffer.from(code)
    .toString('base64')
    .match(/.{1,116}/g);
  return `// Compiled from assembly/kernel.ts by compile-kernel.ts: change that, not this.
/** The kernel's WebAssembly, in base64. */
export const kernelCode = \`
${(lines ?? []).join('\n')}
\`;
`;
}

if (import.meta.main) {
  writeFileSync(join(import.meta.dirname, 'src/kernel/generated/kernel-code.ts'), await kernelModule());
}
