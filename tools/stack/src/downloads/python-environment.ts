import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DownloadError, MissingToolError } from '../errors.js';
import { CommandError, runQuietly } from './run-quietly.js';

const PYTHON = process.platform === 'win32' ? 'python' : 'python3';

/**
 * The version of the Python that is installed, as `[3, 11]`.
 *
 * @throws MissingToolError when there is none.
 */
export async function pythonVersion(): Promise<[major: number, minor: number]> {
  try {
    const [major, minor] = (await runQuietly(PYTHON, ['-c', 'import sys; print(*sys.version_info[:2])']))
      .trim()
      .split(' ')
      .map(Number);
    return [major ?? 0, minor ?? 0];
  } catch (error) {
    throw new MissingToolError('Python', 'Install Python 3.10 or newer, with venv and pip.', { cause: error });
  }
}

/** Makes a private Python environment in `folder`; returns the path of its interpreter. */
export async function createEnvironment(folder: string): Promise<string> {
  await pythonVersion();
  try {
    await runQuietly(PYTHON, ['-m', 'venv', folder]);
  } catch (error) {
    throw new MissingToolError("Python's venv module", 'Install it (Debian, Ubuntu: the package python3-venv).', {
      cause: error,
    });
  }
  return join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
}

/**
 * Lets pip do something with a requirements file, every package checked against its hash.
 *
 * @throws DownloadError
 */
export async function pip(
  python: string,
  verb: 'install' | 'download',
  requirements: string,
  ...args: string[]
): Promise<void> {
  const temporary = join(dirname(dirname(python)), 'temporary');
  await mkdir(temporary, { recursive: true });
  const pinned = ['--require-hashes', '--only-binary=:all:', '--no-deps', '-r', requirements];
  try {
    await runQuietly(python, ['-m', 'pip', verb, '--quiet', '--disable-pip-version-check', ...pinned, ...args], '', {
      TMPDIR: temporary,
    });
  } catch (error) {
    const output = error instanceof CommandError ? error.message : String(error);
    throw new DownloadError(
      `Python packages could not be fetched. Check the network and pip's configuration. ${output}`,
      { cause: error },
    );
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
