import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Absolute path of a file in this package's `pins` folder: what may be downloaded, and with which hashes. */
export function pinPath(name: string): string {
  return fileURLToPath(new URL(`../pins/${name}`, import.meta.url));
}

/** A jar by its Maven coordinates and the SHA-256 (hex) its file must have. */
export interface PinnedJar {
  coordinate: string;
  fileName: string;
  sha256: string;
}

/** Reads the list of jars a broker is made of. */
export async function readPinnedJars(path = pinPath('kafka-jars.sha256')): Promise<PinnedJar[]> {
  const text = await readFile(path, 'utf8');
  return text
    .trim()
    .split('\n')
    .map(line => {
      const [sha256 = '', coordinate = ''] = line.split(/\s+/);
      const [, artifact, version] = coordinate.split(':');
      return { coordinate, fileName: `${artifact}-${version}.jar`, sha256 };
    });
}
