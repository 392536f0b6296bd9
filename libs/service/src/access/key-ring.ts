import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { followKeysFile } from '../secrets/follow-keys-file.js';
import { keyEntries } from '../secrets/key-entries.js';
import { SettingsError } from '../settings/settings-error.js';

/** What a key may do; `admin` may do everything. */
export const SCOPES = ['storefront', 'crm', 'marketing', 'admin'] as const;

export type Scope = (typeof SCOPES)[number];

/** A key as it is held. The same object for as long as the keys are not read again. */
export interface KeyHolder {
  readonly scope: Scope;
  readonly digest: Buffer;
}

const MIN_KEY_LENGTH = 16;

/** The keys that open Laurel's APIs. Holds digests only, compares in constant time, and never gives a key back. */
export class KeyRing {
  private constructor(private keys: readonly KeyHolder[]) {}

  /**
   * Reads `storefront=…,crm=…,marketing=…,admin=…`, or the file of that name (commas or lines between). A scope may have several keys, so
   * that one can be replaced without a gap.
   *
   * @throws SettingsError for an unknown scope, a key under 16 characters or that no header can carry, one key for two scopes, an empty list
   * or an unreadable file; it never shows a key.
   */
  static from(list: string): KeyRing {
    const keys = readEntries(list).map(({ scope, key }) => ({ scope, digest: keyDigest(key) }));
    for (const [index, { scope, digest }] of keys.entries()) {
      const other = keys.slice(0, index).find(earlier => earlier.scope !== scope && earlier.digest.equals(digest));
      if (other)
        throw new SettingsError([
          `LAUREL_KEYS: ${other.scope} and ${scope} have the same key. Allowed: a key opens one scope`,
        ]);
    }
    return new KeyRing(keys);
  }

  /**
   * The first key of a scope in a list or file that {@link KeyRing.from} reads, for whoever has to call with it.
   *
   * @throws SettingsError for an entry that `from` would refuse by itself; it never shows a key.
   */
  static find(list: string, scope: Scope): string | undefined {
    return readEntries(list).find(entry => entry.scope === scope)?.key;
  }

  /** A list with one random key for each scope, in the form that {@link KeyRing.from} reads. */
  static generate(): string {
    return SCOPES.map(scope => `${scope}=${scope}-${randomBytes(18).toString('base64url')}`).join(',');
  }

  /**
   * Reads the keys again whenever the file that `list` names has changed, for as long as the process lives or until what it gives is
   * called. `onChange` is told; with the problem where the file cannot be used, and then the keys stay as they were. A list that is no file
   * does not change.
   */
  follow(list: string, onChange: (problem?: SettingsError) => void): () => void {
    return followKeysFile(list, () => (this.keys = KeyRing.from(list).keys), onChange);
  }

  /** The scope a key opens, or undefined. */
  scopeOf(key: string): Scope | undefined {
    return this.holderOf(keyDigest(key))?.scope;
  }

  /** What is held of the key with this {@link keyDigest}, or undefined. Looks at every key, whichever matches. */
  holderOf(digest: Buffer): KeyHolder | undefined {
    let found: KeyHolder | undefined;
    for (const candidate of this.keys) if (timingSafeEqual(candidate.digest, digest)) found = candidate;
    return found;
  }
}

const FORM = SCOPES.map(scope => `${scope}=KEY`).join(',');

function readEntries(list: string): { scope: Scope; key: string }[] {
  const entries = keyEntries(list, 'LAUREL_KEYS', `${FORM}, or a readable file that holds it`);
  if (entries.length === 0) throw new SettingsError([`LAUREL_KEYS holds no key. Allowed: ${FORM}`]);
  return entries.map(readEntry);
}

function readEntry(entry: string): { scope: Scope; key: string } {
  const separator = entry.indexOf('=');
  const scope = SCOPES.find(candidate => candidate === entry.slice(0, separator).trim());
  const key = entry.slice(separator + 1).trim();
  if (separator < 0 || !scope) {
    throw new SettingsError([
      `LAUREL_KEYS holds an entry with an unknown scope or without "=", or names a file that is not there. Allowed: ${FORM}, or a file that holds it`,
    ]);
  }
  if (key.length < MIN_KEY_LENGTH) {
    throw new SettingsError([
      `LAUREL_KEYS: the ${scope} key has ${key.length} characters. Allowed: ${MIN_KEY_LENGTH} or more`,
    ]);
  }
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new SettingsError([
      `LAUREL_KEYS: the ${scope} key holds a space or a letter beyond ASCII, which no header can carry. Allowed: visible ASCII`,
    ]);
  }
  return { scope, key };
}

/** What is kept and compared in place of a key: its SHA-256. */
export function keyDigest(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
