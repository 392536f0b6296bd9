export { importOrders, type ImportOptions } from './import-orders.js';
export type { ImportReport, ClassCount, RowExample } from './report/import-report.js';
export type { RowRecord } from './report/row-record.js';
export { RowReportFile } from './report/row-report-file.js';
export { OrderFileError } from './order-file-error.js';
export { ORDER_COLUMNS, NEEDED_COLUMNS, type ColumnMapping, type OrderColumn } from './columns/order-columns.js';
export type { FileEncoding, FileFormat } from './reading/file-format.js';
export type { DecimalSign } from './values/decimal-number.js';
export type { DateOrder } from './values/order-time.js';
export { UnknownTimeZoneError } from './values/local-clock.js';
export { isNoProduct } from './rules/not-a-product.js';
export { LINE_CLASSES, type LineClass, type LineOutcome } from './rules/line-classes.js';
export type { SettledOrder } from './cancellations/settle-cancellations.js';
export { NO_SINK, type ImportedProduct, type ShopSink } from './writing/shop-sink.js';
export {
  MongoShopWriter,
  storedOrder,
  storedProduct,
  type StoredDocument,
  type WriteCounts,
} from './writing/mongo-shop-writer.js';
