/** The warehouse could not do what was asked; the message says what and why. */
export class WarehouseError extends Error {
  override readonly name: string = 'WarehouseError';
}

/** The stored position of a partition is not the one the writer believed; another writer has been there. */
export class StalePositionError extends WarehouseError {
  override readonly name = 'StalePositionError';

  constructor(topic: string, partition: number, believed: bigint | null, stored: bigint | null) {
    super(
      `Position of ${topic}/${partition} is ${stored ?? 'not set'}, but the writer believed ${believed ?? 'not set'}. ` +
        'Another writer has stored rows meanwhile: read positions() again and seek there.',
    );
  }
}

/** Another process holds the warehouse's file. */
export class WarehouseLockedError extends WarehouseError {
  override readonly name = 'WarehouseLockedError';

  constructor(file: string, detail: string, options?: ErrorOptions) {
    super(
      `The warehouse file ${file} is open in another process${detail}. DuckDB admits one process at a time: stop that one, ` +
        'or set DUCKDB_PATH to another file, or WAREHOUSE=bigquery for several processes.',
      options,
    );
  }
}

/** A model could not be built. */
export class ModelBuildError extends WarehouseError {
  override readonly name = 'ModelBuildError';

  constructor(
    readonly model: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`Model ${model}: ${reason}`, options);
  }
}
