import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../settings/settings.js';
import { SettingsError } from '../settings/settings-error.js';
import { followKeysFile } from './follow-keys-file.js';
import { keyEntries } from './key-entries.js';

const SETTING = 'LAUREL_ENCRYPTION_KEYS';
const KEY_BYTES = 32;
const ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALLOWED = 'keys of 32 bytes in base64, several separated by commas or lines, or a file that holds them';

interface Key {
  id: Buffer;
  key: Buffer;
}

/** Something sealed that none of the keys opens, or that was altered. */
export class SealedValueError extends Error {
  constructor(reason: string) {
    super(`${reason}. ${SETTING} must hold the key it was sealed with, beside the newest.`);
    this.name = 'SealedValueError';
  }
}

type Keys = readonly [Key, ...Key[]];

/**
 * Seals what must not lie open in Laurel's stores: AES-256-GCM, with the first key; every key opens. So a key is rotated by putting a new
 * one in front, and the old one may go once nothing is sealed with it any more (see {@link isOfNewestKey}).
 */
export class SecretBox {
  private constructor(
    private keys: Keys,
    private readonly list: string,
  ) {}

  /**
   * The keys that the settings give. Where they give none, those of the file `encryption-keys` in Laurel's home, which is made where it is
   * not there, for its owner alone.
   *
   * @throws SettingsError for keys that cannot be used; it never shows one.
   */
  static open({ encryptionKeys, home }: Pick<Settings, 'encryptionKeys' | 'home'>): SecretBox {
    return SecretBox.from(encryptionKeys ?? keysFileOf(home));
  }

  /** Reads keys in base64, or the file of that name. @throws SettingsError */
  static from(list: string): SecretBox {
    return new SecretBox(readKeys(list), list);
  }

  /**
   * Reads the keys again whenever their file has changed, until what it gives is called. `onChange` is told; with the problem where the file
   * cannot be used, and then the keys stay as they were. Keys that come from no file do not change.
   */
  follow(onChange: (problem?: SettingsError) => void): () => void {
    return followKeysFile(this.list, () => (this.keys = readKeys(this.list)), onChange);
  }

  /** Of the key that seals now: tells keys apart and opens nothing. */
  get newestKeyId(): string {
    return this.keys[0].id.toString('hex');
  }

  /** Seals a text for one place (`context`): it opens for that place only. */
  seal(text: string, context: string): Buffer<ArrayBuffer> {
    const [{ id, key }] = this.keys;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([id, nonce, cipher.getAuthTag(), body]);
  }

  /** @throws SealedValueError */
  unseal(sealed: Uint8Array, context: string): string {
    const bytes = Buffer.from(sealed);
    const id = bytes.subarray(0, ID_BYTES);
    const known = this.keyOf(id);
    if (!known) throw new SealedValueError('A stored secret was sealed with a key that is not known');
    const body = ID_BYTES + NONCE_BYTES + TAG_BYTES;
    try {
      const decipher = createDecipheriv('aes-256-gcm', known.key, bytes.subarray(ID_BYTES, ID_BYTES + NONCE_BYTES))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(ID_BYTES + NONCE_BYTES, body));
      return Buffer.concat([decipher.update(bytes.subarray(body)), decipher.final()]).toString();
    } catch {
      throw new SealedValueError('A stored secret was altered, or belongs elsewhere');
    }
  }

  /** Whether something was sealed with the key that seals now. */
  isOfNewestKey(sealed: Uint8Array): boolean {
    return this.keys[0].id.equals(Buffer.from(sealed).subarray(0, ID_BYTES));
  }

  /** A key that is not known yet may be in the file already: another process, which has read it, has sealed with it. */
  private keyOf(id: Buffer): Key | undefined {
    const found = this.keys.find(key => key.id.equals(id));
    return found ?? (existsSync(this.list) ? readKeys(this.list).find(key => key.id.equals(id)) : undefined);
  }
}

/** @throws SettingsError */
function readKeys(list: string): Keys {
  const [first, ...others] = keyEntries(list, SETTING, ALLOWED).map(keyOf);
  if (!first) throw new SettingsError([`${SETTING} holds no key. Allowed: ${ALLOWED}`]);
  return [first, ...others];
}

function keysFileOf(home: string): string {
  const file = join(home, 'encryption-keys');
  if (existsSync(file)) return file;
  mkdirSync(home, { recursive: true });
  try {
    writeFileSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!existsSync(file)) throw error;
  }
  return file;
}

function keyOf(text: string, place: number): Key {
  const key = Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES)
    throw new SettingsError([`${SETTING}: key ${place + 1} is not usable. Allowed: ${ALLOWED}`]);
  return { id: createHash('sha256').update(key).digest().subarray(0, ID_BYTES), key };
}
