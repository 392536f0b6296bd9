import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RowFile } from './row-file.js';
import { takeRowOut } from './take-row-out.js';

const rows = [
  { customerId: 'ann', text: '"Ännchen\nof the hill",1\n' },
  { customerId: 'bob', text: 'Bob,2\n' },
  { customerId: 'çem"', text: 'Çem,3\n' },
];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a file of rows', () => {
  let folder: string;
  let made = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'laurel-rows-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const written = async (head = 'name,n\n') => {
    const path = join(folder, `${++made}.csv`);
    const file = await RowFile.create(path, head);
    await file.append(rows.slice(0, 2));
    await file.append([]);
    await file.append(rows.slice(2));
    return { path, finished: await file.close() };
  };
  const textOf = (head: string, without?: string) =>
    head +
    rows
      .filter(({ customerId }) => customerId !== without)
      .map(({ text }) => text)
      .join('');

  it('says what it holds, and is for its owner alone', async () => {
    const { path, finished } = await written();
    const text = readFileSync(path, 'utf8');
    expect(text).toBe(textOf('name,n\n'));
    expect(finished).toEqual({ rows: 3, bytes: Buffer.byteLength(text), checksum_sha256: sha256(text) });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.each(rows.flatMap(({ customerId }) => [[customerId, 'name,n\n'] as const, [customerId, ''] as const]))(
    'gives up the row of %s, and only that',
    async (customerId, head) => {
      const { path } = await written(head);
      const after = await takeRowOut(path, customerId);
      const text = readFileSync(path, 'utf8');
      expect(text).toBe(textOf(head, customerId));
      expect(after).toEqual({ rows: 2, bytes: Buffer.byteLength(text), checksum_sha256: sha256(text) });
      expect(readFileSync(`${path}.index`, 'utf8')).not.toContain(JSON.stringify(customerId));
      expect(await takeRowOut(path, customerId)).toBeUndefined();
    },
  );

  it('cut short after the row went, takes no other row out when called again', async () => {
    const { path } = await written();
    const index = readFileSync(`${path}.index`, 'utf8');
    await takeRowOut(path, 'bob');
    const size = statSync(path).size;
    writeFileSync(`${path}.index`, index);
    expect(await takeRowOut(path, 'bob')).toMatchObject({ rows: 2, bytes: size });
    expect(readFileSync(path, 'utf8')).toBe(textOf('name,n\n', 'bob'));
  });
});
