import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DownloadError } from '../errors.js';
import { pinPath } from '../pins.js';
import type { Download } from './download-cache.js';
import { createEnvironment, pip } from './python-environment.js';
import { runQuietly } from './run-quietly.js';

/** Where the parser lies inside its download. */
export const GOOGLE_SQL_WASM = 'zetasql.wasm';

/** Google's own parser of GoogleSQL, BigQuery's dialect: ZetaSQL compiled to WebAssembly, from the Python package that carries it. */
export const googleSqlParser: Download = {
  name: 'zetasql-0.1.5',
  expectedBytes: 28_500_000,
  async fill(folder) {
    const environment = join(folder, 'python');
    const python = await createEnvironment(environment);
    await pip(python, 'download', pinPath('google-sql-requirements.txt'), '--dest', folder);
    const wheel = (await readdir(folder)).find(name => name.endsWith('.whl'));
    if (wheel === undefined) throw new DownloadError('The package that carries ZetaSQL did not arrive. Try again.');
    const unpacked = join(folder, 'unpacked');
    await runQuietly(python, ['-m', 'zipfile', '-e', join(folder, wheel), unpacked]);
    await rename(join(unpacked, 'zetasql', 'wasi', GOOGLE_SQL_WASM), join(folder, GOOGLE_SQL_WASM));
    await Promise.all([environment, unpacked, join(folder, wheel)].map(path => rm(path, { recursive: true })));
  },
};
