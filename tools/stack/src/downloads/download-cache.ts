import { access, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { identify } from '../processes/process-identity.js';

/** Where downloads are kept for all clones of this user: `LAUREL_CACHE`, else `~/.cache/laurel`. */
export function cacheFolder(): string {
  return resolve(process.env['LAUREL_CACHE'] || join(homedir(), '.cache', 'laurel'));
}

/** Something to have in the cache. */
export interface Download {
  /** Names content and version: what is in the cache under this name is used as it is. */
  name: string;
  /** About how many bytes it has when whole; for the progress bar. */
  expectedBytes: number;
  /** Fills the folder. What it throws leaves nothing in the cache. */
  fill(folder: string): Promise<void>;
}

/**
 * The folder of a download, made now if it is not there. A download is built aside and then moved into place, so that a
 * cut one is never taken for a whole one, and several processes may ask for the same.
 */
export async function downloaded(download: Download, onFraction: (fraction: number) => void): Promise<string> {
  const cache = cacheFolder();
  const folder = join(cache, download.name);
  if (await exists(folder)) return folder;
  await mkdir(cache, { recursive: true });
  await removeAbandoned(cache);
  const partial = join(cache, `${download.name}.partial-${process.pid}`);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial);
  const watch = watchGrowth(partial, bytes => onFraction(Math.min(1, bytes / download.expectedBytes)));
  try {
    await download.fill(partial);
    await rename(partial, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error;
    });
    return folder;
  } finally {
    watch.stop();
    await rm(partial, { recursive: true, force: true });
  }
}

function watchGrowth(folder: string, onBytes: (bytes: number) => void): { stop(): void } {
  const report = async (): Promise<void> => {
    onBytes(await folderBytes(folder));
    timer.refresh();
  };
  const timer = setTimeout(() => void report(), 500);
  return { stop: () => clearTimeout(timer) };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const pid = /\.partial-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !(await identify(Number(pid))))
      await rm(join(cache, name), { recursive: true, force: true });
  }
}

async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map(name =>
      stat(join(folder, name)).then(
        entry => (entry.isFile() ? entry.size : 0),
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
