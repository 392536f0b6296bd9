import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { FinishedFile, IndexLine } from './row-file.js';

const lineSchema = z.tuple([z.string().nullable(), z.number()]);

/**
 * Takes the row of a customer out of a file that a `RowFile` wrote, and gives what the file is then; undefined where they have none. May be
 * called again after it was cut short.
 */
export async function takeRowOut(path: string, customerId: string): Promise<FinishedFile | undefined> {
  const found = await find(path, customerId);
  if (!found) return undefined;
  const { start, length, total, rows } = found;
  const { size } = await stat(path);
  if (size === total) {
    const parts = async function* () {
      if (start > 0) yield* createReadStream(path, { end: start - 1 });
      yield* createReadStream(path, { start: start + length });
    };
    await pipeline(parts, createWriteStream(`${path}.new`, { mode: 0o600 }));
    await rename(`${path}.new`, path);
  }
  const others = async function* () {
    for await (const [line, text] of linesOf(path)) if (line[0] !== customerId) yield `${text}\n`;
  };
  await pipeline(others, createWriteStream(`${path}.index.new`, { mode: 0o600 }));
  await rename(`${path}.index.new`, `${path}.index`);
  return { rows: rows - 1, bytes: total - length, checksum_sha256: await checksumOf(path) };
}

/** Whose rows a file has, `atOnce` at a time. */
export async function* customersIn(path: string, atOnce: number): AsyncGenerator<string[]> {
  let ids: string[] = [];
  for await (const [[id]] of linesOf(path)) {
    if (id !== null) ids.push(id);
    if (ids.length < atOnce) continue;
    yield ids;
    ids = [];
  }
  if (ids.length > 0) yield ids;
}

async function find(path: string, customerId: string) {
  let total = 0;
  let rows = 0;
  let place: { start: number; length: number } | undefined;
  for await (const [[id, length]] of linesOf(path)) {
    if (id === customerId) place = { start: total, length };
    if (id !== null) rows++;
    total += length;
  }
  return place && { ...place, total, rows };
}

async function* linesOf(path: string): AsyncGenerator<readonly [IndexLine, string]> {
  for await (const text of createInterface({ input: createReadStream(`${path}.index`) }))
    yield [lineSchema.parse(JSON.parse(text)), text];
}

async function checksumOf(path: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path), digest);
  return digest.digest('hex');
}
