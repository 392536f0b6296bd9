import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ModelBuildError } from '../errors.js';
import type { ModelLayer } from '../model-build.js';
import type { Model } from './model.js';
import { modelDeclarationSchema } from './model-declaration.js';
import { tableReferences } from './table-references.js';

/** The folder with the project's own models. */
export const modelsFolder = join(import.meta.dirname, '..', '..', 'models');

/** SQL that only one warehouse understands lies in NAME.<dialect>.sql and goes before NAME.sql. */
export type Dialect = 'duckdb' | 'bigquery';

const layers: readonly ModelLayer[] = ['staging', 'intermediate', 'marts'];

/**
 * Reads all models of a folder, in no particular order.
 * @throws ModelBuildError naming a model without SQL, or whose declaration is not valid.
 */
export async function readModels(dialect: Dialect, folder = modelsFolder): Promise<Model[]> {
  const models: Model[] = [];
  for (const layer of layers) {
    const files = await readdir(join(folder, layer)).catch((): string[] => []);
    for (const file of files.filter(name => name.endsWith('.json'))) {
      const name = file.slice(0, -'.json'.length);
      const sqlFile = [`${name}.${dialect}.sql`, `${name}.sql`].find(candidate => files.includes(candidate));
      if (!sqlFile) throw new ModelBuildError(name, `no ${name}.sql beside ${file}`);
      const sql = (await readFile(join(folder, layer, sqlFile), 'utf8')).trim().replace(/;$/, '');
      const declaration = modelDeclarationSchema.safeParse(
        JSON.parse(await readFile(join(folder, layer, file), 'utf8')),
      );
      if (!declaration.success) throw new ModelBuildError(name, `${file}: ${z.prettifyError(declaration.error)}`);
      models.push({ ...declaration.data, name, layer, sql, dependsOn: tableReferences(sql) });
    }
  }
  return models;
}

/** The statements that create the functions the models call, for one warehouse. */
export function readFunctions(dialect: Dialect, folder = modelsFolder): Promise<string> {
  return readFile(join(folder, 'functions', `${dialect}.sql`), 'utf8');
}
