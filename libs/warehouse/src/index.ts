export type {
  AppendResult,
  BatchPosition,
  ChangelogBatch,
  ChangelogRow,
  OnRejected,
  ChangeOperation,
  LoggedChange,
  PartitionPosition,
  PlainDocument,
  RowReject,
} from './changelog-batch.js';
export { ModelBuildError, StalePositionError, WarehouseError, WarehouseLockedError } from './errors.js';
export type {
  BuildOptions,
  BuildProgress,
  BuildReport,
  BuiltModel,
  LineageNode,
  Materialization,
  ModelLayer,
  ModelTestResult,
} from './model-build.js';
export type { Packed } from './packing/chunk-packer.js';
export { offsetsByCustomer } from './packing/offsets-by-customer.js';
export type { PackedChunk } from './packing/packed-chunk.js';
export type { CustomerRows, RemovedRows } from './customer-rows.js';
export type { QueryParam, QueryParams } from './query-params.js';
export type { StatementJob } from './statement-job.js';
export { selectRows, type TableRows } from './table-rows.js';
export { Warehouse } from './warehouse.js';
export { DuckDbWarehouse, type DuckDbWarehouseOptions } from './duckdb/duckdb-warehouse.js';
export { lineageMermaid, lineageText } from './model-runner/lineage.js';
export { openWarehouse, type WarehouseSettings } from './open-warehouse.js';
