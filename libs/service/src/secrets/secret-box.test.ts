import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SettingsError } from '../settings/settings-error.js';
import { SealedValueError, SecretBox } from './secret-box.js';

const newKey = () => randomBytes(32).toString('base64');

describe('the box of secrets', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'laurel-secrets-'));
  });
  afterAll(() => rmSync(home, { recursive: true }));

  it('gives back what was sealed, for its place only, and shows nothing of it', () => {
    const box = SecretBox.from(newKey());
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, place) => {
        const sealed = box.seal(text, place);
        expect(box.unseal(sealed, place)).toBe(text);
        expect(() => box.unseal(sealed, `${place}!`)).toThrow(SealedValueError);
        if (Buffer.byteLength(text) > 3) expect(sealed.includes(text)).toBe(false);
      }),
    );
  });

  it('refuses what was altered, byte by byte', () => {
    const box = SecretBox.from(newKey());
    const sealed = box.seal('whsec_abc', 'endpoint');
    for (let at = 0; at < sealed.length; at++) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(() => box.unseal(altered, 'endpoint'), String(at)).toThrow(SealedValueError);
    }
  });

  it('opens with every key, seals with the first', () => {
    const [old, young] = [newKey(), newKey()];
    const sealed = SecretBox.from(old).seal('text', 'place');
    const both = SecretBox.from(`${young},${old}`);
    expect(both.unseal(sealed, 'place')).toBe('text');
    expect(both.isOfNewestKey(sealed)).toBe(false);
    expect(both.isOfNewestKey(both.seal('text', 'place'))).toBe(true);
    expect(() => SecretBox.from(young).unseal(sealed, 'place')).toThrow(/LAUREL_ENCRYPTION_KEYS/);
  });

  it('makes a file of its own where no keys are given, and reads it again', () => {
    const sealed = SecretBox.open({ home, encryptionKeys: undefined }).seal('text', 'place');
    expect(statSync(join(home, 'encryption-keys')).mode & 0o777).toBe(0o600);
    expect(SecretBox.open({ home, encryptionKeys: undefined }).unseal(sealed, 'place')).toBe('text');
  });

  it('follows its file: seals with the key that is put in front, opens what another process sealed before it looks, and keeps its keys where the file cannot be used', async () => {
    const [old, young] = [newKey(), newKey()];
    const file = join(home, 'followed');
    writeFileSync(file, old);
    const box = SecretBox.from(file);
    const sealed = box.seal('text', 'place');
    const told: (string | undefined)[] = [];
    const stop = box.follow(problem => told.push(problem?.message));
    try {
      writeFileSync(file, `${young}\n${old}`);
      expect(box.unseal(SecretBox.from(young).seal('of another', 'place'), 'place')).toBe('of another');
      await expect.poll(() => box.isOfNewestKey(sealed), { timeout: 15_000 }).toBe(false);
      expect(box.newestKeyId).toBe(SecretBox.from(young).newestKeyId);
      writeFileSync(file, 'nonsense');
      await expect.poll(() => told, { timeout: 15_000 }).toEqual([undefined, expect.stringContaining('key 1')]);
      expect(box.unseal(sealed, 'place')).toBe('text');
    } finally {
      stop();
    }
  });

  it('reads a file with comments, and refuses what is no key without showing it', () => {
    const file = join(home, 'own');
    writeFileSync(file, `# of today\n${newKey()}\n`);
    expect(() => SecretBox.from(file)).not.toThrow();
    for (const list of ['', '# none', 'c2hvcnQ=', `${newKey()},c2hvcnQ=`])
      expect(() => SecretBox.from(list), list).toThrow(SettingsError);
    expect(() => SecretBox.from('c2hvcnQ=')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('c2hv') as string }) as Error,
    );
  });
});
