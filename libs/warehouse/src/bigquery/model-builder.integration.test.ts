import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { ModelBuildError } from '../errors.js';
import { modelsFolder } from '../model-runner/model-files.js';
import { Changes, loose, product } from '../testing/changes.js';
import { type TemporaryBigQuery, temporaryBigQuery } from '../testing/temporary-bigquery.js';

const bigquery = inject('bigquery');

describe.runIf(bigquery)('a build', () => {
  let folder: string;
  let temporary: TemporaryBigQuery;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'laurel-models-'));
    for (const layer of ['functions', 'staging', 'marts']) await mkdir(join(folder, layer));
    await cp(join(modelsFolder, 'functions', 'bigquery.sql'), join(folder, 'functions', 'bigquery.sql'));
  });
  afterEach(async () => {
    await temporary.remove();
    await rm(folder, { recursive: true });
  });

  async function model(layer: string, name: string, sql: string, materialization = 'table'): Promise<void> {
    await writeFile(join(folder, layer, `${name}.json`), JSON.stringify({ description: name, materialization }));
    await writeFile(join(folder, layer, `${name}.sql`), sql);
  }

  async function open(): Promise<void> {
    if (bigquery) temporary = await temporaryBigQuery(bigquery, folder);
  }

  const all = (sql: string) => temporary.warehouse.query(sql, z.record(z.string(), z.unknown()));

  test('that fails names the model, changes none of the others and leaves nothing behind', async () => {
    await model('staging', 'names', 'SELECT name FROM laurel.products_changelog');
    await model('marts', 'z_broken', 'SELECT 1 / (LENGTH(name) - 2) AS one FROM laurel.names');
    await open();
    await temporary.warehouse.buildModels();
    const row = new Changes().put('products', { ...product('a', 1), name: 'xy' });
    await temporary.warehouse.append(loose(row));
    await expect(temporary.warehouse.buildModels()).rejects.toThrow(ModelBuildError);
    await expect(temporary.warehouse.buildModels()).rejects.toThrow(/^Model z_broken: /);
    expect(await all('SELECT * FROM laurel.names')).toEqual([]);
    const tables = await all('SELECT table_name FROM laurel.INFORMATION_SCHEMA.TABLES');
    expect(tables.filter(table => String(table['table_name']).startsWith('_build_'))).toEqual([]);
  });

  test('that is aborted leaves the models as they were', async () => {
    await model('staging', 'names', 'SELECT name FROM laurel.products_changelog');
    await model('marts', 'more', 'SELECT name FROM laurel.names');
    await open();
    await temporary.warehouse.buildModels();
    await temporary.warehouse.append(loose(new Changes().put('products', product('a', 1))));
    const abort = new AbortController();
    const building = temporary.warehouse.buildModels({
      signal: abort.signal,
      onProgress: ({ model: name }) => name === 'more' && abort.abort(),
    });
    await expect(building).rejects.toThrow('aborted');
    expect(await all('SELECT * FROM laurel.names')).toEqual([]);
  });

  test('turns a table into a view, and takes the SQL for BigQuery before the shared SQL', async () => {
    await model('staging', 'kind', "SELECT 'shared' AS said");
    await open();
    await temporary.warehouse.buildModels();
    await model('staging', 'kind', "SELECT 'shared' AS said", 'view');
    await writeFile(join(folder, 'staging', 'kind.bigquery.sql'), "SELECT 'bigquery' AS said;");
    await temporary.reopen();
    const report = await temporary.warehouse.buildModels();
    expect(report.models).toMatchObject([{ model: 'kind', materialization: 'view', rows: null }]);
    expect(await all('SELECT said FROM laurel.kind')).toEqual([{ said: 'bigquery' }]);
  });
});
