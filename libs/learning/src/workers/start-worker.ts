import { Worker } from 'node:worker_threads';

const RESOLVE_SOURCES = `import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    const fromSource = context.parentURL?.endsWith('.ts') && specifier.startsWith('.') && specifier.endsWith('.js');
    return next(fromSource ? specifier.slice(0, -3) + '.ts' : specifier, context);
  },
});`;

/**
 * Starts a worker thread from a module beside `parentUrl`, given without its extension. From built code it runs the
 * .js; from TypeScript sources (tests) it runs the .ts itself, whose imports then lead to sources too.
 */
export function startWorker(parentUrl: string, moduleName: string, workerData: unknown): Worker {
  if (!new URL(parentUrl).pathname.endsWith('.ts')) {
    return new Worker(new URL(`./${moduleName}.js`, parentUrl), { workerData });
  }
  const hook = `data:text/javascript,${encodeURIComponent(RESOLVE_SOURCES)}`;
  return new Worker(new URL(`./${moduleName}.ts`, parentUrl), { workerData, execArgv: ['--import', hook] });
}
