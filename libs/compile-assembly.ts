import { join } from 'node:path';
import asc from 'assemblyscript/asc';

/**
 * Compiles `assembly/kernel.ts` of a library to WebAssembly; gives a module of TypeScript that holds it, for src/…/generated/kernel-code.ts, so
 * that neither a build nor a start needs the compiler.
 *
 * @throws Error with what the compiler says.
 */
export async function compileAssembly(library: string, options: string): Promise<string> {
  let code = new Uint8Array();
  const { error, stderr } = await asc.main(
    [join('assembly', 'kernel.ts'), '--baseDir', library, '--outFile', 'kernel.wasm', ...options.split(' ')],
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
