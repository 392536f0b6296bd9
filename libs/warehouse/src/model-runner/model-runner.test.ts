import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { DuckDbWarehouse } from '../duckdb/duckdb-warehouse.js';
import { ModelBuildError } from '../errors.js';
import { Changes, loose, product } from '../testing/changes.js';
import { dependencyOrder, withDependencies } from './dependency-order.js';
import { lineageMermaid, lineageText } from './lineage.js';
import { modelsFolder, readFunctions } from './model-files.js';
import { tableReferences } from './table-references.js';

describe('tableReferences', () => {
  test('finds tables, not functions, text, comments or quoted names', () => {
    const sql = `
      -- laurel.commented
      SELECT laurel.safe_ratio(a, b), 'laurel.text''s' AS "laurel.quoted" /* laurel.block */
      FROM laurel.b_table JOIN LAUREL.a_table USING (id) JOIN laurel.b_table AS again USING (id)
    `;
    expect(tableReferences(sql)).toEqual(['a_table', 'b_table']);
  });
});

describe('dependencyOrder', () => {
  const model = (name: string, ...dependsOn: string[]) => ({ name, dependsOn });

  test('puts each model after those it reads', () => {
    const ordered = dependencyOrder([model('a', 'c', 'raw'), model('b'), model('c', 'b')]);
    expect(ordered.map(({ name }) => name)).toEqual(['b', 'c', 'a']);
    expect(withDependencies(ordered, ['c']).map(({ name }) => name)).toEqual(['b', 'c']);
  });

  test('names the models of a circle', () => {
    expect(() => dependencyOrder([model('a', 'b'), model('b', 'c'), model('c', 'b')])).toThrow(
      'Model b: reads itself: b → c → b',
    );
  });
});

test('lineage as text and as Mermaid', () => {
  const nodes = [{ name: 'stg_a', layer: 'staging', materialization: 'view', dependsOn: ['a_changelog'] }] as const;
  expect(lineageText(nodes)).toBe('staging      stg_a view  ← a_changelog');
  expect(lineageMermaid(nodes)).toContain('  a_changelog --> stg_a');
});

describe('on a folder of models', () => {
  let folder: string;
  let warehouse: DuckDbWarehouse;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'laurel-models-'));
    for (const layer of ['functions', 'staging', 'marts']) await mkdir(join(folder, layer));
    await writeFile(join(folder, 'functions', 'duckdb.sql'), await readFunctions('duckdb', modelsFolder));
  });
  afterEach(async () => {
    await warehouse.close();
    await rm(folder, { recursive: true });
  });

  async function model(layer: string, name: string, sql: string, declaration: object = {}): Promise<void> {
    const json = { description: name, materialization: 'table', ...declaration };
    await writeFile(join(folder, layer, `${name}.json`), JSON.stringify(json));
    await writeFile(join(folder, layer, `${name}.sql`), sql);
  }

  async function open(): Promise<void> {
    warehouse = await DuckDbWarehouse.open({ path: join(folder, 'shop.duckdb'), modelsFolder: folder });
  }

  test('a failing test tells how many rows fail, and shows some', async () => {
    await model('staging', 'numbers', "SELECT * FROM (VALUES (1, 'a'), (1, 'b'), (NULL, 'c')) AS t(n, letter)", {
      tests: [
        { not_null: ['n', 'letter'] },
        { unique: ['n'] },
        { accepted_values: { column: 'letter', values: ['a', 'b'] } },
        { relationship: { column: 'n', to: 'other', key: 'm' } },
        { freshness: { column: "TIMESTAMP '2020-01-01'", max_age_hours: 1 }, severity: 'warn' },
        { holds: 'n < 1' },
        { holds: 'no_such_column > 0' },
      ],
    });
    await model('staging', 'other', 'SELECT 2 AS m');
    await open();
    await warehouse.buildModels();
    const results = await warehouse.testModels(['numbers']);
    expect(results.map(({ test: name, passed, failures, severity }) => [name, passed, failures, severity])).toEqual([
      ['not_null(n)', false, 1, 'error'],
      ['not_null(letter)', true, 0, 'error'],
      ['unique(n)', false, 1, 'error'],
      ['accepted_values(letter)', false, 1, 'error'],
      ['relationship(n → other.m)', false, 2, 'error'],
      ["freshness(TIMESTAMP '2020-01-01', 1 h)", false, 1, 'warn'],
      ['holds(n < 1)', false, 2, 'error'],
      ['holds(no_such_column > 0)', false, 1, 'error'],
    ]);
    expect(results[0]?.sample).toEqual(['{"n":null,"letter":"c"}']);
    expect(results.at(-1)?.sample[0]).toContain('no_such_column');
  });

  test('SQL for one warehouse goes before the shared SQL', async () => {
    await model('staging', 'which', "SELECT 'shared' AS dialect");
    await writeFile(join(folder, 'staging', 'which.duckdb.sql'), "SELECT 'duckdb' AS dialect;");
    await open();
    await warehouse.buildModels();
    expect(await warehouse.query('SELECT dialect FROM laurel.which', z.object({ dialect: z.string() }))).toEqual([
      { dialect: 'duckdb' },
    ]);
  });

  test('a model that fails is named, and none of the others changes', async () => {
    await model('staging', 'names', 'SELECT name FROM laurel.products_changelog');
    await model('marts', 'z_broken', 'SELECT name FROM laurel.names WHERE sqrt(length(name) - 3) >= 0');
    await open();
    await warehouse.buildModels();
    const long = new Changes().put('products', product('a', 1));
    await warehouse.append(loose({ ...long, document: { ...product('a', 1), name: 'xy' } }));
    await expect(warehouse.buildModels()).rejects.toThrow(ModelBuildError);
    await expect(warehouse.buildModels()).rejects.toThrow(/^Model z_broken: /);
    expect(await warehouse.query('SELECT * FROM laurel.names', z.unknown())).toEqual([]);
  });

  test('a table is built anew only after something was stored, and one of a window at every moment', async () => {
    await model('staging', 'names', 'SELECT name, random() AS drawn FROM laurel.products_changelog');
    await model('marts', 'readers', 'SELECT drawn FROM laurel.names');
    await model('marts', 'moments', 'SELECT laurel.build_as_of() AS moment, drawn FROM laurel.names');
    await open();
    const put = new Changes().put('products', product('a', 1));
    const drawn = z.object({ drawn: z.number() });
    const build = async (asOf: string) => {
      await warehouse.buildModels({ asOf: new Date(asOf) });
      const read = (name: string) => warehouse.query(`SELECT drawn FROM laurel.${name}`, drawn);
      const moments = await warehouse.query('SELECT moment FROM laurel.moments', z.object({ moment: z.date() }));
      return { names: await read('names'), readers: await read('readers'), moments };
    };
    await warehouse.append(loose(put));
    const first = await build('2026-01-01T00:00:00Z');
    const second = await build('2026-01-02T00:00:00Z');
    expect(second.names).toEqual(first.names);
    expect(second.readers).toEqual(first.readers);
    expect(second.moments).toEqual([{ moment: new Date('2026-01-02T00:00:00Z') }]);
    await warehouse.append(loose({ ...put, partition: put.partition + 1 }));
    const third = await build('2026-01-02T00:00:00Z');
    expect(third.names).not.toEqual(first.names);
    expect(third.readers).toEqual(third.names);
  });

  test('a table may become a view, and back', async () => {
    await model('staging', 'kind', 'SELECT 1 AS one');
    await open();
    await warehouse.buildModels();
    await warehouse.close();
    await model('staging', 'kind', 'SELECT 2 AS one', { materialization: 'view' });
    await open();
    await warehouse.buildModels();
    expect(await warehouse.query('SELECT one FROM laurel.kind', z.object({ one: z.number() }))).toEqual([{ one: 2 }]);
  });
});
