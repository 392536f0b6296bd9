import { existsSync, readFileSync } from 'node:fs';
import { SettingsError } from '../settings/settings-error.js';

const LOOK_EVERY_MS = 1000;

/**
 * Has keys read again whenever the file that `list` names has changed, for as long as the process lives or until what it gives is called.
 * `onChange` is told; with the problem where `read` throws a SettingsError. A list that is no file does not change.
 */
export function followKeysFile(
  list: string,
  read: () => void,
  onChange: (problem?: SettingsError) => void,
): () => void {
  if (!existsSync(list)) return () => undefined;
  let known = textOf(list);
  read();
  const look = (): void => {
    const text = textOf(list);
    if (text === known) return;
    known = text;
    try {
      read();
      onChange();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      onChange(error);
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** What a file holds; undefined while it cannot be read. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
