import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { ModelBuildError, WarehouseError } from '../errors.js';
import type { BuildOptions, BuildReport, BuiltModel } from '../model-build.js';
import { withDependencies } from '../model-runner/dependency-order.js';
import type { Model } from '../model-runner/model.js';

const dayMs = 86_400_000;
const WINDOW_FUNCTION = /\b(build_as_of|feature_window_start)\(/;

const countSchema = z.array(z.object({ rows: z.string().transform(Number) })).length(1);
const existingSchema = z.array(z.object({ name: z.string(), kind: z.enum(['view', 'table']) }));

/** What this process has stored and built, so that a build leaves alone the tables that would come out the same. */
export interface BuildState {
  /** Counts the appends; it rises after the commit of each. */
  appends: number;
  /** The tables built, with what each was made from. */
  readonly tables: Map<string, { readonly from: string; readonly rows: number | null }>;
}

/**
 * Builds `ordered` models in one transaction: readers change from all the old ones to all the new ones at once. Tables that are
 * still current by `state` are left as they are.
 */
export async function buildModels(
  connection: DuckDBConnection,
  ordered: readonly Model[],
  state: BuildState,
  options: BuildOptions,
): Promise<BuildReport> {
  const { asOf = new Date(), windowDays = 365, onProgress, signal } = options;
  if (!(windowDays > 0)) throw new WarehouseError(`windowDays is ${windowDays}, a number above 0 expected`);
  const models = options.select ? withDependencies(ordered, options.select) : ordered;
  const started = performance.now();
  const built: BuiltModel[] = [];
  const { appends } = state;
  const added: BuildState['tables'] = new Map();
  const interrupt = (): void => connection.interrupt();
  signal?.addEventListener('abort', interrupt);
  await connection.run('BEGIN');
  try {
    await createWindow(connection, asOf, windowDays);
    const existing = await existingRelations(connection);
    const windowed = windowedModels(models);
    for (const model of models) {
      const { name, materialization } = model;
      signal?.throwIfAborted();
      onProgress?.({ model: name, state: 'started', done: built.length, total: models.length });
      const from = windowed.has(name) ? `${appends} ${asOf.toISOString()} ${windowDays}` : String(appends);
      const before = state.tables.get(name);
      if (before?.from === from && existing.get(name) === materialization) {
        built.push({ model: name, materialization, durationMs: 0, rows: before.rows });
      } else {
        const done = await buildModel(connection, model, existing.get(name));
        built.push(done);
        if (materialization === 'table') added.set(name, { from, rows: done.rows });
      }
      onProgress?.({ model: model.name, state: 'finished', done: built.length, total: models.length });
    }
    await connection.run('COMMIT');
    for (const [name, table] of added) state.tables.set(name, table);
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

/** The models that come out differently at another time, or for another window. */
function windowedModels(ordered: readonly Model[]): Set<string> {
  const windowed = new Set<string>();
  for (const { name, sql, dependsOn } of ordered) {
    if (WINDOW_FUNCTION.test(sql) || dependsOn.some(model => windowed.has(model))) windowed.add(name);
  }
  return windowed;
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
