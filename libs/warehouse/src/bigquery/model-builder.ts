import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ModelBuildError, WarehouseError } from '../errors.js';
import type { BuildOptions, BuildReport, BuiltModel } from '../model-build.js';
import { withDependencies } from '../model-runner/dependency-order.js';
import type { Model } from '../model-runner/model.js';
import { renameTables } from '../model-runner/table-references.js';
import type { Statements } from './statements.js';

const dayMs = 86_400_000;

const existingSchema = z.object({ name: z.string(), kind: z.enum(['view', 'table']) });
const countSchema = z.object({ name: z.string(), model_rows: z.number() });

/**
 * Builds `ordered` models under names of this build, then replaces the models by them with one script: each model changes from old to new at
 * once, all of them within the seconds that the script takes. A build that fails or is aborted before changes none; what it leaves behind
 * BigQuery deletes after a day.
 */
export async function buildModels(
  statements: Statements,
  ordered: readonly Model[],
  options: BuildOptions,
): Promise<BuildReport> {
  const { asOf = new Date(), windowDays = 365, onProgress, signal } = options;
  if (!(windowDays > 0)) throw new WarehouseError(`windowDays is ${windowDays}, a number above 0 expected`);
  const models = options.select ? withDependencies(ordered, options.select) : ordered;
  const started = performance.now();
  const names = new Map(models.map(({ name }) => [name, `_build_${randomBytes(4).toString('hex')}_${name}`]));
  const built: BuiltModel[] = [];
  await createWindow(statements, asOf, windowDays);
  try {
    for (const model of models) {
      signal?.throwIfAborted();
      onProgress?.({ model: model.name, state: 'started', done: built.length, total: models.length });
      built.push(await buildModel(statements, model, names, signal));
      onProgress?.({ model: model.name, state: 'finished', done: built.length, total: models.length });
    }
    signal?.throwIfAborted();
    await publish(statements, models, names);
  } finally {
    await statements.run(models.map(model => dropBuilt(model, names)).join('\n')).catch(() => undefined);
  }
  const rows = await countRows(statements, models);
  const counted = built.map(model => ({ ...model, rows: rows.get(model.model) ?? null }));
  return { asOf, windowDays, durationMs: performance.now() - started, models: counted };
}

type BuildNames = ReadonlyMap<string, string>;

async function buildModel(
  statements: Statements,
  { name, materialization, sql }: Model,
  names: BuildNames,
  signal: AbortSignal | undefined,
): Promise<BuiltModel> {
  const started = performance.now();
  const tomorrow = timestampLiteral(new Date(Date.now() + dayMs));
  try {
    await statements.run(
      `CREATE ${materialization} laurel.${names.get(name)} OPTIONS(expiration_timestamp=${tomorrow}) AS ${renameTables(sql, names)}`,
      {},
      signal,
    );
    return { model: name, materialization, durationMs: performance.now() - started, rows: null };
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ModelBuildError(name, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

async function publish(statements: Statements, models: readonly Model[], names: BuildNames): Promise<void> {
  const existing = await existingRelations(statements);
  const script = models.flatMap(({ name, materialization, sql }) => {
    const found = existing.get(name);
    const source = materialization === 'view' ? sql : `SELECT * FROM laurel.${names.get(name)}`;
    return [
      ...(found && found !== materialization ? [`DROP ${found} laurel.${name};`] : []),
      `CREATE OR REPLACE ${materialization} laurel.${name} AS ${source};`,
    ];
  });
  await statements.run(script.join('\n'));
}

function dropBuilt({ name, materialization }: Model, names: BuildNames): string {
  return `DROP ${materialization} IF EXISTS laurel.${names.get(name)};`;
}

/** The functions that tell the models which time they are built for. */
async function createWindow(statements: Statements, asOf: Date, windowDays: number): Promise<void> {
  const start = new Date(asOf.getTime() - Math.round(windowDays * dayMs));
  await statements.run(
    `CREATE OR REPLACE FUNCTION laurel.build_as_of() RETURNS TIMESTAMP AS (${timestampLiteral(asOf)});
     CREATE OR REPLACE FUNCTION laurel.feature_window_start() RETURNS TIMESTAMP AS (${timestampLiteral(start)});`,
  );
}

function timestampLiteral(time: Date): string {
  return `TIMESTAMP '${time.toISOString().replace('T', ' ').replace('Z', '+00')}'`;
}

async function countRows(statements: Statements, models: readonly Model[]): Promise<Map<string, number>> {
  const tables = models.filter(({ materialization }) => materialization === 'table');
  if (tables.length === 0) return new Map();
  const counts = tables.map(({ name }) => `SELECT '${name}' AS name, COUNT(*) AS model_rows FROM laurel.${name}`);
  const rows = await statements.all(counts.join('\nUNION ALL\n'), countSchema);
  return new Map(rows.map(row => [row.name, row.model_rows]));
}

async function existingRelations(statements: Statements): Promise<Map<string, 'view' | 'table'>> {
  const rows = await statements.all(
    `SELECT table_name AS name, CASE table_type WHEN 'VIEW' THEN 'view' ELSE 'table' END AS kind
     FROM laurel.INFORMATION_SCHEMA.TABLES`,
    existingSchema,
  );
  return new Map(rows.map(({ name, kind }) => [name, kind]));
}
