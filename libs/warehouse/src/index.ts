export type {
  AppendResult,
  BatchPosition,
  ChangelogBatch,
  ChangelogRow,
  ChangeOperation,
  PartitionPosition,
  PlainDocument,
  PlainValue,
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
export { type QueryParam, type QueryParams, Warehouse } from './warehouse.js';
