import { join } from 'node:path';
import { downloaded } from '../downloads/download-cache.js';
import { MONGOD, mongodBinary } from '../downloads/mongod-binary.js';

/**
 * The path of the local mongod, which is downloaded where it is not there yet: for those who need a server of their own kind.
 *
 * @throws StackError, DownloadError
 */
export async function mongodProgram(): Promise<string> {
  return join(await downloaded(mongodBinary, () => undefined), MONGOD);
}
