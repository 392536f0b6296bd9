import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { WarehouseError, WarehouseLockedError } from '../errors.js';
import { Mutex } from '../mutex.js';

/** How a DuckDB file is opened. */
export interface DuckDbFileOptions {
  /** The file; made, with its folder, where it does not exist. */
  readonly path: string;
  /** What DuckDB may keep in memory, while something is read or built, before it writes to disk beside the file; default 512. */
  readonly memoryLimitMb?: number;
  /** Threads for a build's statements; default all but none beyond 4. */
  readonly threads?: number;
}

/**
 * What DuckDB may keep in memory while rows are only appended: those that wait for a checkpoint, and what a checkpoint needs. More of it would go to
 * blocks that were written, which nobody reads.
 */
const APPENDING_MB = 32;
/** Of its log, before a checkpoint puts the rows where they stay. */
const CHECKPOINT_MB = 16;
/** How many groups of rows a checkpoint during a build may make one of. */
const VACUUM_TASKS = 100;

const openHere = new Set<string>();

/**
 * One DuckDB file, attached under a fixed name, so that any file name works, with `laurel` as the schema of every connection.
 */
export class DuckDbFile {
  readonly #instance: DuckDBInstance;
  readonly #settings: DuckDBConnection;
  readonly #connections = new Set<DuckDBConnection>();
  readonly #readers = new Set<DuckDBConnection>();
  readonly #limiting = new Mutex();
  #limitMb: number;
  #closed = false;

  private constructor(
    readonly path: string,
    instance: DuckDBInstance,
    settings: DuckDBConnection,
    private readonly threads: number,
    private readonly memoryLimitMb: number,
  ) {
    this.#instance = instance;
    this.#settings = settings;
    this.#limitMb = memoryLimitMb;
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
    const { threads = Math.min(4, availableParallelism()), memoryLimitMb = 512 } = options;
    try {
      const instance = await DuckDBInstance.create(':memory:', {
        threads: '1',
        memory_limit: `${memoryLimitMb}MiB`,
        temp_directory: `${path}.tmp`,
        preserve_insertion_order: 'false',
        checkpoint_threshold: `${CHECKPOINT_MB}MiB`,
        // Rows that a former checkpoint wrote would be read, and written anew, to fill the last group of them.
        max_vacuum_tasks: '0',
        // What a statement or a checkpoint no longer needs goes back to the system soon.
        allocator_background_threads: 'true',
        allocator_flush_threshold: '16MB',
        autoinstall_known_extensions: 'false',
      });
      const file = new DuckDbFile(path, instance, await instance.connect(), threads, memoryLimitMb);
      await file.#attach();
      await file.#limitMemory();
      return file;
    } catch (error) {
      openHere.delete(path);
      throw error;
    }
  }

  /** A connection for appends, which is the caller's until the file is closed. */
  async connect(): Promise<DuckDBConnection> {
    if (this.#closed) throw new WarehouseError(`The warehouse file ${this.path} is closed`);
    const connection = await this.#instance.connect();
    this.#connections.add(connection);
    await connection.run('USE warehouse.laurel');
    return connection;
  }

  /** A connection for reading and building, with more memory; {@link release} it after use. */
  async borrow(): Promise<DuckDBConnection> {
    const connection = await this.connect();
    this.#readers.add(connection);
    await this.#limitMemory();
    return connection;
  }

  async release(connection: DuckDBConnection): Promise<void> {
    if (this.#connections.delete(connection)) connection.closeSync();
    this.#readers.delete(connection);
    // What an append holds just now cannot be let go; then the next one that is released sees to it.
    await this.#limitMemory().catch(() => undefined);
  }

  /** Runs `work` on a connection of its own. */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.borrow();
    try {
      return await work(connection);
    } finally {
      await this.release(connection);
    }
  }

  /**
   * As {@link use}, with all threads; one such work at a time. Else there is one: where an append or a commit has several, the one that called spins
   * until the others are done, and burns as much as it saves. A checkpoint meanwhile puts small groups of rows together, of which each append's
   * leaves one.
   */
  useAllThreads<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.use(async connection => {
      await connection.run(`SET threads = ${this.threads}; SET max_vacuum_tasks = ${VACUUM_TASKS}`);
      try {
        return await work(connection);
      } finally {
        await connection.run('SET threads = 1; SET max_vacuum_tasks = 0');
      }
    });
  }

  /** A second call does nothing. */
  close(): Promise<void> {
    return this.#limiting.run(async () => {
      if (this.#closed) return;
      this.#closed = true;
      for (const connection of [...this.#connections, this.#settings]) connection.closeSync();
      this.#connections.clear();
      this.#instance.closeSync();
      openHere.delete(this.path);
    });
  }

  /** Makes the limit what it should be by who is at work. */
  #limitMemory(): Promise<void> {
    return this.#limiting.run(async () => {
      const limitMb = this.#readers.size > 0 ? this.memoryLimitMb : Math.min(APPENDING_MB, this.memoryLimitMb);
      if (limitMb === this.#limitMb || this.#closed) return;
      await this.#settings.run(`SET memory_limit = '${limitMb}MiB'`);
      this.#limitMb = limitMb;
    });
  }

  async #attach(): Promise<void> {
    try {
      await this.#settings.run(`ATTACH '${this.path.replaceAll("'", "''")}' AS warehouse`);
      await this.#settings.run('CREATE SCHEMA IF NOT EXISTS warehouse.laurel');
    } catch (cause) {
      this.#settings.closeSync();
      this.#instance.closeSync();
      throw openError(this.path, cause);
    }
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
