import { existsSync, readFileSync } from 'node:fs';
import { SettingsError } from '../settings/settings-error.js';

/**
 * The entries of a list of keys, or of the file that it names: between commas or line ends, without empty ones and comments (`#`). `setting` gives
 * the list, and `allowed` says what may stand there instead of a file that cannot be read.
 *
 * @throws SettingsError for a file that is there and cannot be read; it never shows what the list holds.
 */
export function keyEntries(list: string, setting: string, allowed: string): string[] {
  return textOf(list, setting, allowed)
    .split(/[,\n]/)
    .map(entry => entry.trim())
    .filter(entry => entry !== '' && !entry.startsWith('#'));
}

function textOf(list: string, setting: string, allowed: string): string {
  if (!existsSync(list)) return list;
  try {
    return readFileSync(list, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new SettingsError([`${setting} names a file that cannot be read (${reason}). Allowed: ${allowed}`]);
  }
}
