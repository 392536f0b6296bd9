// Runs the fault suite from its sources: Node strips the types itself, and `.js` imports lead to `.ts` files here.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.endsWith('.ts')) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(fileURLToPath(source)))
        return { url: source.href, shortCircuit: true, format: 'module-typescript' };
    }
    return next(specifier, context);
  },
});
await import('./main.ts');
