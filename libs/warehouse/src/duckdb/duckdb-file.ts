import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { WarehouseError, WarehouseLockedError } from '../errors.js';

/** How a DuckDB file is opened. */
export interface DuckDbFileOptions {
  /** The file; made, with its folder, where it does not exist. */
  readonly path: string;
  /** What DuckDB may keep in memory before it writes to disk beside the file; default 512. */
  readonly memoryLimitMb?: number;
  /** Threads for a build's statements; default all but none beyond 4. */
  readonly threads?: number;
}

const openHere = new Set<string>();

/**
 * One DuckDB file, attached under a fixed name, so that any file name works, with `laurel` as the schema of every connection.
 */
export class DuckDbFile {
  readonly #instance: DuckDBInstance;
  readonly #connections = new Set<DuckDBConnection>();
  #closed = false;

  private constructor(
    readonly path: string,
    instance: DuckDBInstance,
    private readonly threads: number,
  ) {
    this.#instance = instance;
  }

  /**
   * Opens the file.
   * @throws WarehouseLockedError where another process, or this one, has it open.
   * @throws WarehouseError where it cannot be opened for another reason.
   */
  static async open(options: DuckDbFileOptions): Promise<DuckDbFile> {
    mkdirSync(dirname(resolve(options.path)), { recursive: true });
    const path = join(
      realpathSync(dirname(resolve(options.path))),
      resolve(options.path).slice(dirname(resolve(options.path)).length + 1),
    );
    if (openHere.has(path)) throw new WarehouseLockedError(path, ' (this very one)');
    openHere.add(path);
    try {
      const instance = await DuckDBInstance.create(':memory:', {
        threads: '1',
        memory_limit: `${options.memoryLimitMb ?? 512}MiB`,
        temp_directory: `${path}.tmp`,
        preserve_insertion_order: 'false',
        checkpoint_threshold: '64MB',
        // What a statement or a checkpoint no longer needs goes back to the system soon.
        allocator_background_threads: 'true',
        allocator_flush_threshold: '16MB',
        autoinstall_known_extensions: 'false',
      });
      const threads = options.threads ?? Math.min(4, availableParallelism());
      const file = new DuckDbFile(path, instance, threads);
      await file.#attach();
      return file;
    } catch (error) {
      openHere.delete(path);
      throw error;
    }
  }

  /** A new connection; {@link release} it after use. */
  async connect(): Promise<DuckDBConnection> {
    if (this.#closed) throw new WarehouseError(`The warehouse file ${this.path} is closed`);
    const connection = await this.#instance.connect();
    this.#connections.add(connection);
    await connection.run('USE warehouse.laurel');
    return connection;
  }

  release(connection: DuckDBConnection): void {
    if (this.#connections.delete(connection)) connection.closeSync();
  }

  /** Runs `work` on a connection of its own. */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.connect();
    try {
      return await work(connection);
    } finally {
      this.release(connection);
    }
  }

  /**
   * As {@link use}, with all threads; one such work at a time. Else there is one: where an append or a commit has several, the one that called spins
   * until the others are done, and burns as much as it saves.
   */
  useAllThreads<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.use(async connection => {
      await connection.run(`SET threads = ${this.threads}`);
      try {
        return await work(connection);
      } finally {
        await connection.run('SET threads = 1');
      }
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const connection of [...this.#connections]) this.release(connection);
    this.#instance.closeSync();
    openHere.delete(this.path);
  }

  async #attach(): Promise<void> {
    const connection = await this.#instance.connect();
    try {
      await connection.run(`ATTACH '${this.path.replaceAll("'", "''")}' AS warehouse`);
      await connection.run('CREATE SCHEMA IF NOT EXISTS warehouse.laurel');
    } catch (cause) {
      connection.closeSync();
      this.#instance.closeSync();
      throw openError(this.path, cause);
    }
    connection.closeSync();
  }
}

function openError(path: string, cause: unknown): WarehouseError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (message.includes('Could not set lock')) {
    const holder = /PID (\d+)/.exec(message)?.[1];
    return new WarehouseLockedError(path, holder ? ` (process ${holder})` : '', { cause });
  }
  const what = existsSync(path) ? 'cannot be opened' : 'cannot be made';
  return new WarehouseError(`The warehouse file ${path} ${what}: ${message}. Check DUCKDB_PATH.`, { cause });
}
