import { describe, expect, test } from 'vitest';
import { Changes, product } from '../testing/changes.js';
import { type Reaction, ScriptedWriteService } from '../testing/scripted-write-service.js';
import { sortBatch } from '../changelog/sort-batch.js';
import { CollectionColumns } from '../changelog/collection-columns.js';
import { connectBigQuery } from './bigquery-clients.js';
import { RowFormat } from './row-format.js';
import { type RefusedRow, WriteStream, WriteStreamError } from './write-stream.js';

const format = new RowFormat(new CollectionColumns('products', []).all);

function rows(...ids: string[]): Uint8Array[] {
  const changes = new Changes();
  const batch = {
    topic: 't',
    partition: 0,
    position: null,
    rows: ids.map(id => changes.put('products', product(id, 1))),
  };
  const [set] = sortBatch(batch, () => new CollectionColumns('products', [])).sets;
  if (!set) throw new Error('no rows');
  return set.rows.map((_row, index) => format.encode(set, index, { topic: null, loadedAt: new Date(0) }));
}

const stored = (offset: number): Reaction => ({ appendResult: { offset: { value: offset } } });
const alreadyExists: Reaction = { error: { code: 6, message: 'offset already exists' } };

/** Appends sets of rows one after another to a service that reacts so; gives the offsets it was asked for. */
async function append(
  react: (before: number) => Reaction,
  ...appends: Uint8Array[][]
): Promise<{ refused: (readonly RefusedRow[])[]; offsets: number[]; counts: number[] }> {
  using service = await ScriptedWriteService.start((_request, before) => react(before));
  const { write } = connectBigQuery({
    project: 'p',
    dataset: 'd',
    apiEndpoint: 'http://127.0.0.1:1',
    storageEndpoint: service.address,
  });
  const stream = await WriteStream.create(write, 'projects/p/datasets/d/tables/t');
  try {
    const refused = [];
    for (const set of appends) refused.push(await stream.append(set, format));
    return {
      refused,
      offsets: service.requests.map(({ offset }) => Number(offset?.value)),
      counts: service.requests.map(({ protoRows }) => protoRows?.rows?.serializedRows?.length ?? 0),
    };
  } finally {
    stream.close();
    await write.close();
  }
}

describe('an append', () => {
  test('goes to the end of what is stored', async () => {
    const { offsets, counts } = await append(
      before => stored([0, 2, 3][before] ?? -1),
      rows('a', 'b'),
      rows('c'),
      rows('d'),
    );
    expect(offsets).toEqual([0, 2, 3]);
    expect(counts).toEqual([2, 1, 1]);
  });

  test('whose answer is lost is sent again at the same offset, and "already exists" then means stored', async () => {
    const reactions: Reaction[] = ['break', alreadyExists, stored(2)];
    const { offsets } = await append(before => reactions[before] ?? 'break', rows('a', 'b'), rows('c'));
    expect(offsets).toEqual([0, 0, 2]);
  });

  test('that is put off is sent again', async () => {
    const busy: Reaction = { error: { code: 8, message: 'quota' } };
    const { offsets } = await append(before => (before === 0 ? busy : stored(0)), rows('a'));
    expect(offsets).toEqual([0, 0]);
  });

  test('with a column that a server does not know yet is sent again', async () => {
    const lagging: Reaction = { error: { code: 3, message: 'SCHEMA_MISMATCH_EXTRA_FIELDS: weight' } };
    const { offsets } = await append(before => (before === 0 ? lagging : stored(0)), rows('a'));
    expect(offsets).toEqual([0, 0]);
  });

  test('with rows that do not fit names them, though the client takes the answer for a success, and moves nothing', async () => {
    const bad: Reaction = {
      error: { code: 3, message: 'Errors found while processing rows' },
      rowErrors: [{ index: 1, code: 'FIELDS_ERROR', message: 'price: out of range' }],
    };
    const { refused, offsets } = await append(before => (before === 0 ? bad : stored(0)), rows('a', 'b'), rows('a'));
    expect(refused).toEqual([[{ index: 1, message: 'price: out of range' }], []]);
    expect(offsets).toEqual([0, 0]);
  });

  test.each<[string, Reaction]>([
    ['"already exists" for rows that were never sent before', alreadyExists],
    ['a finalized stream', { error: { code: 9, message: 'stream is finalized' } }],
    ['the answer to another append', stored(17)],
    ['a gap', { error: { code: 11, message: 'offset out of range' } }],
  ])('is an error on %s', async (_what, reaction) => {
    await expect(append(() => reaction, rows('a'))).rejects.toThrow(WriteStreamError);
  });
});
