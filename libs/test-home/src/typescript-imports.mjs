import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, enableCompileCache, findPackageJSON, registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const cache = join(dirname(findPackageJSON('typescript', import.meta.url)), '..', '.cache', 'laurel-sources');
mkdirSync(cache, { recursive: true });
enableCompileCache(join(cache, 'code'));

/** Lets Node run the sources as they are: `.js` imports lead to `.ts` files, which are compiled on the way (decorators included), once. */
registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.endsWith('.ts')) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(fileURLToPath(source))) return { url: source.href, format: 'module', shortCircuit: true };
    }
    return next(specifier, context);
  },
  load(url, context, next) {
    if (!url.endsWith('.ts')) return next(url, context);
    return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true };
  },
});

function compiled(fileName) {
  const text = readFileSync(fileName, 'utf8');
  const kept = join(cache, `${createHash('sha256').update(fileName).update(text).digest('hex')}.js`);
  if (existsSync(kept)) return readFileSync(kept, 'utf8');
  const ts = require('typescript');
  const { outputText } = ts.transpileModule(text, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2024,
      module: ts.ModuleKind.ESNext,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      inlineSourceMap: true,
    },
  });
  const written = `${kept}.${process.pid}`;
  writeFileSync(written, outputText);
  renameSync(written, kept);
  return outputText;
}
