import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { ModelBuildError, WarehouseError } from '../errors.js';
import type { BuildOptions, BuildReport, BuiltModel } from '../model-build.js';
import { withDependencies } from '../model-runner/dependency-order.js';
import type { Model } from '../model-runner/model.js';

const dayMs = 86_400_000;

const countSchema = z.array(z.object({ rows: z.string().transform(Number) })).length(1);
const existingSchema = z.array(z.object({ name: z.string(), kind: z.enum(['view', 'table']) }));

/** Builds `ordered` models in one transaction: readers change from all the old ones to all the new ones at once. */
export async function buildModels(
  connection: DuckDBConnection,
  ordered: readonly Model[],
  options: BuildOptions,
): Promise<BuildReport> {
  const { asOf = new Date(), windowDays = 365, onProgress, signal } = options;
  if (!(windowDays > 0)) throw new WarehouseError(`windowDays is ${windowDays}, a number above 0 expected`);
  const models = options.select ? withDependencies(ordered, options.select) : ordered;
  const started = performance.now();
  const built: BuiltModel[] = [];
  const interrupt = (): void => connection.interrupt();
  signal?.addEventListener('abort', interrupt);
  await connection.run('BEGIN');
  try {
    await createWindow(connection, asOf, windowDays);
    const existing = await existingRelations(connection);
    for (const model of models) {
      signal?.throwIfAborted();
      onProgress?.({ model: model.name, state: 'started', done: built.length, total: models.length });
      built.push(await buildModel(connection, model, existing.get(model.name)));
      onProgress?.({ model: model.name, state: 'finished', done: built.length, total: models.length });
    }
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
  return { asOf, windowDays, durationMs: performance.now() - started, models: built };
}

async function buildModel(
  connection: DuckDBConnection,
  model: Model,
  existing: string | undefined,
): Promise<BuiltModel> {
  const { name, materialization, sql } = model;
  const started = performance.now();
  try {
    if (existing && existing !== materialization) await connection.run(`DROP ${existing} laurel.${name}`);
    await connection.run(`CREATE OR REPLACE ${materialization} laurel.${name} AS ${sql}`);
    const rows = materialization === 'table' ? await countRows(connection, name) : null;
    return { model: name, materialization, durationMs: performance.now() - started, rows };
  } catch (cause) {
    throw new ModelBuildError(name, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** The functions that tell the models which time they are built for. */
export async function createWindow(connection: DuckDBConnection, asOf: Date, windowDays: number): Promise<void> {
  const start = new Date(asOf.getTime() - Math.round(windowDays * dayMs));
  await connection.run(`CREATE OR REPLACE MACRO laurel.build_as_of() AS ${timestampLiteral(asOf)}`);
  await connection.run(`CREATE OR REPLACE MACRO laurel.feature_window_start() AS ${timestampLiteral(start)}`);
}

function timestampLiteral(time: Date): string {
  return `TIMESTAMP '${time.toISOString().replace('T', ' ').replace('Z', '')}'`;
}

async function countRows(connection: DuckDBConnection, name: string): Promise<number> {
  const reader = await connection.runAndReadAll(`SELECT COUNT(*) AS rows FROM laurel.${name}`);
  return countSchema.parse(reader.getRowObjectsJson())[0]?.rows ?? 0;
}

async function existingRelations(connection: DuckDBConnection): Promise<Map<string, 'view' | 'table'>> {
  const reader = await connection.runAndReadAll(`
    SELECT table_name AS name, CASE table_type WHEN 'VIEW' THEN 'view' ELSE 'table' END AS kind
    FROM information_schema.tables WHERE table_catalog = 'warehouse' AND table_schema = 'laurel'
  `);
  return new Map(existingSchema.parse(reader.getRowObjectsJson()).map(({ name, kind }) => [name, kind]));
}
