import crypto from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SettingsError } from '../settings/settings-error.js';
import { KeyRing, SCOPES } from './key-ring.js';

const STOREFRONT = 'storefront-key-0001';
const ADMIN = 'admin-key-0000001==';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function messageOf(list: string): string {
  try {
    KeyRing.from(list);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return '';
}

describe('KeyRing', () => {
  it('knows the scope of each key and of no other text', () => {
    const keys = KeyRing.from(` storefront=${STOREFRONT} ,admin=${ADMIN}`);
    expect(keys.scopeOf(STOREFRONT)).toBe('storefront');
    expect(keys.scopeOf(ADMIN)).toBe('admin');
    for (const other of ['', 'storefront', STOREFRONT.slice(0, -1), `${STOREFRONT}x`, STOREFRONT.toUpperCase()]) {
      expect(keys.scopeOf(other)).toBeUndefined();
    }
  });

  it('takes two keys of a scope while one replaces the other', () => {
    const keys = KeyRing.from('crm=old-crm-key-00001,crm=new-crm-key-00001');
    expect([keys.scopeOf('old-crm-key-00001'), keys.scopeOf('new-crm-key-00001')]).toEqual(['crm', 'crm']);
  });

  it('follows its file: another key counts, one that is gone no longer, and a file that cannot be used changes nothing', async () => {
    const file = join(folder, 'followed');
    writeFileSync(file, 'crm=old-crm-key-00001');
    const keys = KeyRing.from(file);
    const told: (string | undefined)[] = [];
    const stop = keys.follow(file, problem => told.push(problem?.message));
    const scopes = () => ['old-crm-key-00001', 'new-crm-key-00001'].map(key => keys.scopeOf(key));
    try {
      writeFileSync(file, 'crm=old-crm-key-00001\ncrm=new-crm-key-00001');
      await vi.waitFor(() => expect(scopes()).toEqual(['crm', 'crm']), { timeout: 15_000 });
      writeFileSync(file, 'crm=short');
      await vi.waitFor(() => expect(told).toEqual([undefined, expect.stringContaining('the crm key has 5')]), {
        timeout: 15_000,
      });
      expect(scopes()).toEqual(['crm', 'crm']);
      writeFileSync(file, 'crm=new-crm-key-00001');
      await vi.waitFor(() => expect(scopes()).toEqual([undefined, 'crm']), { timeout: 15_000 });
    } finally {
      stop();
    }
    expect(KeyRing.from('crm=old-crm-key-00001').follow('crm=old-crm-key-00001', () => undefined)()).toBeUndefined();
  });

  it('reads a file: lines, comments, Windows line ends', () => {
    const file = join(folder, 'keys');
    writeFileSync(file, `# production\r\nstorefront=${STOREFRONT}\r\n\r\nadmin=${ADMIN}\r\n`);
    expect(KeyRing.from(file).scopeOf(ADMIN)).toBe('admin');
  });

  it('gives whoever calls the first key of a scope, as it reads it itself', () => {
    const list = `# ours\r\ncrm=old-crm-key-00001\r\n crm = new-crm-key-00001 \nadmin=${ADMIN}`;
    expect(SCOPES.map(scope => KeyRing.find(list, scope))).toEqual([undefined, 'old-crm-key-00001', undefined, ADMIN]);
    expect(KeyRing.find(' crm = new-crm-key-00001 ', 'crm')).toBe('new-crm-key-00001');
  });

  it('makes a list it can read, with another key every time', () => {
    const [one, two] = [KeyRing.generate(), KeyRing.generate()];
    expect(one).not.toBe(two);
    const keys = KeyRing.from(one);
    expect(one.split(',').map(entry => keys.scopeOf(entry.slice(entry.indexOf('=') + 1)))).toEqual([...SCOPES]);
  });

  it.each([
    ['', 'holds no key'],
    ['# nothing', 'holds no key'],
    [`root=${ADMIN}`, 'unknown scope'],
    [ADMIN.replaceAll('=', ''), 'without "="'],
    ['/etc/laurel/no-such-file', 'a file that is not there'],
    ['admin=short', 'the admin key has 5 characters. Allowed: 16 or more'],
    ['admin=two words are no key', 'holds a space'],
    ['admin=schlüssel-schlüssel', 'beyond ASCII'],
    [`storefront=${ADMIN},admin=${ADMIN}`, 'storefront and admin have the same key'],
  ])('refuses %j and says why without showing a key', (list, reason) => {
    const message = messageOf(list);
    expect(message).toContain('LAUREL_KEYS');
    expect(message).toContain(reason);
    expect(message).toContain('Allowed: ');
    expect(message).not.toContain(ADMIN);
  });

  it('says so when the file cannot be read', () => {
    expect(messageOf(folder)).toContain('a file that cannot be read (EISDIR)');
  });

  it('holds no key that a log could print', () => {
    const keys = KeyRing.from(`admin=${ADMIN}`);
    expect(inspect(keys, { depth: 9, showHidden: true }) + JSON.stringify(keys)).not.toContain(ADMIN);
  });

  it('compares keys of any length with every key it holds', () => {
    const keys = KeyRing.from(`storefront=${STOREFRONT},crm=crm-key-00000001,admin=${ADMIN}`);
    const compare = vi.spyOn(crypto, 'timingSafeEqual');
    syncBuiltinESMExports();
    for (const key of ['', STOREFRONT, ADMIN, 'x'.repeat(100_000)]) {
      compare.mockClear();
      keys.scopeOf(key);
      expect(compare).toHaveBeenCalledTimes(3);
    }
    compare.mockRestore();
    syncBuiltinESMExports();
  });
});
