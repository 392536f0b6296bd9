import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { SettingsError } from '../settings/settings.js';

/** What a key may do; `admin` may do everything. */
export const SCOPES = ['storefront', 'crm', 'marketing', 'admin'] as const;

export type Scope = (typeof SCOPES)[number];

/** The keys that open Laurel's APIs. Holds digests only, compares in constant time, and never gives a key back. */
export class KeyRing {
  private constructor(private readonly keys: readonly { scope: Scope; digest: Buffer }[]) {}

  /**
   * Reads `storefront=…,crm=…,marketing=…,admin=…`, or the file of that name (commas or lines between). A scope may have several keys, so
   * that one can be replaced without a gap.
   *
   * @throws SettingsError for an unknown scope, a key under 16 characters or an empty list; it never shows a key.
   */
  static from(list: string): KeyRing {
    const entries = (existsSync(list) ? readFileSync(list, 'utf8') : list)
      .split(/[,\n]/)
      .map(entry => entry.trim())
      .filter(entry => entry !== '' && !entry.startsWith('#'));
    if (entries.length === 0) throw new SettingsError(['LAUREL_KEYS holds no key. Allowed: storefront=KEY,crm=KEY,marketing=KEY,admin=KEY']);
    return new KeyRing(
      entries.map(entry => {
        const separator = entry.indexOf('=');
        const scope = SCOPES.find(candidate => candidate === entry.slice(0, separator).trim());
        const key = entry.slice(separator + 1).trim();
        if (separator < 0 || !scope) {
          throw new SettingsError([`LAUREL_KEYS names an unknown scope or lacks "=". Allowed: ${SCOPES.map(name => `${name}=KEY`).join(',')}`]);
        }
        if (key.length < 16) throw new SettingsError([`LAUREL_KEYS: the ${scope} key has ${key.length} characters. Allowed: 16 or more`]);
        return { scope, digest: digestOf(key) };
      }),
    );
  }

  /** A list with one random key for each scope, in the form that {@link KeyRing.from} reads. */
  static generate(): string {
    return SCOPES.map(scope => `${scope}=${scope}-${randomBytes(18).toString('base64url')}`).join(',');
  }

  /** The scope a key opens, or undefined. Looks at every key, whichever matches. */
  scopeOf(key: string): Scope | undefined {
    const digest = digestOf(key);
    let found: Scope | undefined;
    for (const candidate of this.keys) if (timingSafeEqual(candidate.digest, digest)) found = candidate.scope;
    return found;
  }
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
