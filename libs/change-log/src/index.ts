// Before whatever loads the client.
import './transport/platformatic/lazy-option-checks.js';
export { Topics } from './topics.js';
export { laurelTopics, PARTITIONS } from './laurel-topics.js';
export type {
  Consumption,
  ConsumeOptions,
  LogBatch,
  LogMessage,
  LogRecord,
  LogTransport,
  OutgoingMessage,
  ReceivedMessage,
  TopicSpec,
} from './transport/log-transport.js';
export { LogPositionLostError } from './transport/log-transport.js';
export { recordOf } from './record-format/record-encoder.js';
export { openTransport } from './transport/open-transport.js';
export { partitionOf } from './transport/partition-of.js';
export type { ChangeOperation, ShopChange, ShopChangeOf } from './shop-change.js';
export { decodeChange, MalformedChangeError } from './envelope/decode-change.js';
export { Projection, type ProjectionOptions } from './projection/projection.js';
export { writeStates, type StateChanges } from './projection/write-states.js';
export { Outbox, type OutboxEntry, type OutboxFlush, type OutboxOptions } from './projection/outbox.js';
export { LeaseHolder, type LeaseHolderOptions } from './lease/lease-holder.js';
export { readOplogWindow, type OplogWindow } from './oplog/oplog-window.js';
export { Sequence, ResumeTokenError } from './sequence/sequence.js';
export { SequenceFilter } from './sequence/sequence-filter.js';
export { bsonFieldToExtendedJson, bsonToExtendedJson, BsonFormatError } from './envelope/bson-to-extended-json.js';
export type { ChangeEvent, DocumentImage, ImageOrigin } from './envelope/change-event.js';
export { ChangeEncoder } from './envelope/encode-change.js';
export { type DeadLetter, deadLetterOf } from './dead-letters/dead-letter.js';
export { type DeadLetterCount, DeadLetters, REPLAYED_HEADER } from './dead-letters/dead-letters.js';
export { type Deed, deedOf } from './subjects/deed.js';
export { ErasedCustomers } from './subjects/erased-customers.js';
export { sealingKeys, type SealingKeys } from './subjects/sealed-box.js';
export {
  type SubjectAnswer,
  type SubjectHolding,
  type SubjectPlace,
  type SubjectRequest,
  SUBJECT_SERVICES,
  type SubjectService,
  unanswered,
} from './subjects/subject-request.js';
export { SubjectRequests } from './subjects/subject-requests.js';
export { type ConfirmErasure, type SubjectHolder, SubjectListener } from './subjects/subject-listener.js';
