export { Topics } from './topics.js';
export type {
  Consumption,
  ConsumeOptions,
  LogBatch,
  LogMessage,
  LogTransport,
  OutgoingMessage,
  TopicSpec,
} from './transport/log-transport.js';
export { LogPositionLostError } from './transport/log-transport.js';
export type { ChangeOperation, ShopChange, ShopChangeOf } from './shop-change.js';
export type { ProjectionOptions } from './projection/projection.js';
