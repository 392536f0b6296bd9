import { describe, expect, test } from 'vitest';
import { ScriptedReadService, type StreamReaction } from '../testing/scripted-read-service.js';
import { connectBigQuery } from './bigquery-clients.js';
import { TableReader } from './table-reader.js';

/** Reads a table whose streams do what the script says; gives the numbers in its rows and the openings of streams, sorted. */
async function read(...script: StreamReaction[][]): Promise<{ numbers: unknown[]; opened: string[] }> {
  using service = await ScriptedReadService.start(script);
  const endpoints = { apiEndpoint: 'http://127.0.0.1:1', storageEndpoint: service.address };
  const { read: client } = connectBigQuery({ project: 'p', dataset: 'd', ...endpoints });
  try {
    const reader = new TableReader(client, 'p', 'projects/p/datasets/d');
    const numbers: unknown[] = [];
    for await (const batch of reader.batches({ table: 't', columns: ['n'] })) numbers.push(...batch.map(({ n }) => n));
    return { numbers, opened: [...service.opened].sort() };
  } finally {
    await client.close();
  }
}

describe('a table that is read', () => {
  test('comes from all streams', async () => {
    const { numbers, opened } = await read([{ rows: 2, then: 'end' }], [{ rows: 3, then: 'end' }]);
    expect(numbers.sort()).toEqual([0, 1, 1000, 1001, 1002]);
    expect(opened).toEqual(['0@0', '1@0']);
  });

  test('goes on behind the last row of a stream that broke', async () => {
    const { numbers, opened } = await read([
      { rows: 2, then: 'break' },
      { rows: 0, then: 'break' },
      { rows: 1, then: 'end' },
    ]);
    expect(numbers).toEqual([0, 1, 2]);
    expect(opened).toEqual(['0@0', '0@2', '0@2']);
  });

  test('that may not be read is an error that names it, and not asked for again', async () => {
    await expect(read([{ rows: 0, then: 'refuse' }])).rejects.toThrow(
      'The table t cannot be read: 7 PERMISSION_DENIED',
    );
  });

  test('without streams is empty', async () => {
    expect((await read()).numbers).toEqual([]);
  });
});
