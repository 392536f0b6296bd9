import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { KeyRing, type Settings } from '@laurel/service';
import { keysFile } from '../api/laurel-api.js';

/** The settings with keys: those given, else those of an earlier start, else new random ones, kept in a file that only its owner reads. */
export async function withKeys(settings: Settings): Promise<Settings> {
  if (settings.keys !== undefined) return settings;
  const file = keysFile(settings.home);
  if (!existsSync(file)) {
    await mkdir(settings.home, { recursive: true });
    await writeFile(file, `${KeyRing.generate().replaceAll(',', '\n')}\n`, { mode: 0o600 });
  }
  return { ...settings, keys: file };
}
