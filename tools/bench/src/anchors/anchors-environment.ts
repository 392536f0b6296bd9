import { join } from 'node:path';
import { createEnvironment, downloaded, MissingToolError, pip, pythonVersion } from '@laurel/stack';

const REQUIREMENTS = join(import.meta.dirname, '../../pins/anchors-requirements.txt');

/**
 * The interpreter of a Python environment that holds what Laurel's training is measured against: implicit 0.7.3 and
 * scikit-learn 1.9.1, every package checked against its SHA-256.
 *
 * @throws MissingToolError, DownloadError
 */
export async function anchorsPython(): Promise<string> {
  const [major, minor] = await pythonVersion();
  if (major === 3 && minor < 11) {
    throw new MissingToolError('Python 3.11', `numpy 2.4 needs it; Python ${major}.${minor} is installed.`);
  }
  const folder = await downloaded(
    {
      name: `anchors-implicit-0.7.3-sklearn-1.9.1-python${major}.${minor}`,
      expectedBytes: 400_000_000,
      fill: async into => {
        const python = await createEnvironment(join(into, 'python'));
        await pip(python, 'install', REQUIREMENTS, '--no-compile');
      },
    },
    () => undefined,
  );
  return join(folder, process.platform === 'win32' ? 'python/Scripts/python.exe' : 'python/bin/python');
}

/** The path of a script of this package's `anchors` folder. */
export function anchorScript(name: string): string {
  return join(import.meta.dirname, '../../anchors', name);
}
