import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { kernelModule } from '../../compile-kernel.js';

it('the kernel that is shipped is what its source compiles to', async () => {
  const shipped = await readFile(new URL('generated/kernel-code.ts', import.meta.url), 'utf8');
  expect(shipped, 'run `npm run kernel -w @laurel/learning`').toBe(await kernelModule());
}, 180_000);
