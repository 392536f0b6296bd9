import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPinnedJars } from '../pins.js';
import { downloaded } from './download-cache.js';
import { fetchWithJgo, kafkaJars, verifyJars } from './kafka-jars.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-jars-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('without Maven the same jars arrive, each with its pinned hash', async () => {
  const jars = await readPinnedJars();

  await fetchWithJgo(jars, folder);

  await verifyJars(jars, folder);
  expect((await readdir(folder)).sort()).toEqual(jars.map(jar => jar.fileName).sort());
  expect((await readdir(await downloaded(kafkaJars, () => undefined))).sort()).toEqual(
    jars.map(jar => jar.fileName).sort(),
  );
});

test('a jar with another hash is named and removed', async () => {
  const [jar] = await readPinnedJars();
  if (!jar) throw new Error('no jar is pinned');
  await writeFile(join(folder, jar.fileName), 'something else');

  await expect(verifyJars([jar], folder)).rejects.toThrow(`${jar.fileName} is not the file Laurel was tested with`);
  expect(await readdir(folder)).toEqual([]);
});

test('a download that fails leaves nothing behind', async () => {
  const previous = process.env['LAUREL_CACHE'];
  process.env['LAUREL_CACHE'] = folder;
  try {
    const fails = downloaded(
      {
        name: 'broken',
        expectedBytes: 1,
        fill: async partial => {
          await writeFile(join(partial, 'half'), '');
          throw new Error('the line was cut');
        },
      },
      () => undefined,
    );
    await expect(fails).rejects.toThrow('the line was cut');
    expect(await readdir(folder)).toEqual([]);
  } finally {
    if (previous === undefined) delete process.env['LAUREL_CACHE'];
    else process.env['LAUREL_CACHE'] = previous;
  }
});
