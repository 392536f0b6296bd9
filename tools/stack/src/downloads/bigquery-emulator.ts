import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MissingToolError } from '../errors.js';
import { pinPath } from '../pins.js';
import type { Download } from './download-cache.js';
import { createEnvironment, pip, pythonVersion } from './python-environment.js';
import { runQuietly } from './run-quietly.js';

/** Folders inside the download: the Python environment, and the home folder in which DuckDB keeps its extensions. */
export const EMULATOR = { environment: 'python', home: 'home' } as const;

/**
 * The BigQuery emulator 1.4.0 in a private Python environment, with the extension that it refuses to start without.
 * The download is bound to the installed Python's version.
 *
 * @throws MissingToolError for a Python before 3.11.
 */
export async function bigqueryEmulator(): Promise<Download> {
  const [major, minor] = await pythonVersion();
  if (major === 3 && minor < 11) {
    throw new MissingToolError('Python 3.11', `The BigQuery emulator needs it; Python ${major}.${minor} is installed.`);
  }
  return {
    name: `bigquery-emulator-1.4.0-python${major}.${minor}`,
    expectedBytes: 600_000_000,
    async fill(folder) {
      const home = join(folder, EMULATOR.home);
      await mkdir(home);
      const python = await createEnvironment(join(folder, EMULATOR.environment));
      await pip(python, 'install', pinPath('bigquery-requirements.txt'), '--no-compile');
      await runQuietly(python, ['-c', "import duckdb_extensions; duckdb_extensions.import_extension('spatial')"], '', {
        HOME: home,
      });
    },
  };
}
